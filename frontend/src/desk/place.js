/** A click or tap on a picture with data-place="#form" fills the form's x and y in thousandths, and sends it. */
export function placeOnClick() {
  document.addEventListener("click", (event) => {
    const picture = event.target.closest("[data-place]");
    if (!picture || event.target.closest("a")) return;
    const form = document.querySelector(picture.dataset.place);
    const box = picture.getBoundingClientRect();
    if (!form || !box.width || !form.elements.point?.value) return;
    form.elements.x.value = Math.round((1000 * (event.clientX - box.left)) / box.width);
    form.elements.y.value = Math.round((1000 * (event.clientY - box.top)) / box.height);
    form.requestSubmit();
  });
}
