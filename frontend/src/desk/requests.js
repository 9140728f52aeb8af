/** htmx: the security token on each request, and a plain sentence when one fails. */
import htmx from "htmx.org";

const WORDS = {
  0: "网络不通，刚才的操作没有送出。请检查网络后再试。",
  400: "提交的内容有误，请检查后再试。",
  403: "您没有做这件事的权限，或登录已过期。请刷新页面再试。",
  404: "这条内容不存在，或不在您的管理范围内。",
  409: "别人刚刚改动过这条内容。请刷新页面，看清后再做。",
  413: "文件太大，没有收下。请压缩后再传。",
  429: "操作太频繁，请等一分钟再试。",
  503: "平台暂时存取不了数据，刚才的操作没有做。填的内容还在这一页，请过一会儿再点一次。",
};

export function sayFailed(text) {
  document.querySelector(".oops")?.remove();
  const line = document.createElement("div");
  line.className = "oops";
  line.setAttribute("role", "alert");
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "知道了";
  close.addEventListener("click", () => line.remove());
  line.append(words, close);
  document.body.append(line);
}

export function startHtmx() {
  window.htmx = htmx;
  Object.assign(htmx.config, {
    allowEval: false, // pages run under a content policy without eval
    includeIndicatorStyles: false, // ours are in dialogs.css; an inline style sheet would be refused
    historyCacheSize: 0, // cached pages hold figures and pupils' names in the browser's storage
    timeout: 20000,
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    if (token) event.detail.headers["X-CSRFToken"] = token;
  });
  // A form refused with 422 comes back as the same part with its errors, and is shown in place.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.addEventListener("htmx:responseError", (event) => {
    sayFailed(WORDS[event.detail.xhr.status] || "系统出错，刚才的操作没有完成。已记录，请稍后再试。");
  });
  document.addEventListener("htmx:sendError", () => sayFailed(WORDS[0]));
  document.addEventListener("htmx:timeout", () => sayFailed("等了太久没有回应，请稍后再试。"));
}
