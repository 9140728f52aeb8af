/** Checking answers before they are sent: the same rules and the same words as the server's. */

const isEmpty = (value) => value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length);

const meets = (condition, answers) => {
  const value = answers[condition.field];
  return (Array.isArray(value) ? value : [value]).some((one) => condition.is.includes(one));
};

export const isShown = (field, answers) => !field.show || meets(field.show, answers);

/** Whether a record with these answers is what a duty asks for. */
export const fitsAll = (where, answers) => (where || []).every((condition) => meets(condition, answers));

/** Answers that a duty leaves no choice about are filled in; one that would not fit it is left open. */
export function suited(where, sheet, answers) {
  const made = { ...answers };
  for (const condition of where || []) {
    if (meets(condition, made)) continue;
    const field = sheet.fields.find((one) => one.key === condition.field);
    delete made[condition.field];
    if (field && condition.is.length === 1) made[condition.field] = field.type === "choices" ? [...condition.is] : condition.is[0];
  }
  return made;
}

/** {answers, wrong}: what is worth sending, hidden questions left out, and a sentence by question. */
export function clean(sheet, raw) {
  const answers = {};
  const wrong = {};
  for (const field of sheet.fields) {
    if (!isShown(field, answers)) continue;
    const value = raw[field.key];
    if (isEmpty(value)) {
      if (field.required) wrong[field.key] = `“${field.label}”没有填写。`;
      continue;
    }
    const sentence = problem(field, value, raw);
    if (sentence) wrong[field.key] = sentence;
    answers[field.key] = field.type === "number" ? String(value).trim() : value;
    if (field.type === "check" && value === "bad") answers[field.note] = (raw[field.note] || "").trim();
  }
  return { answers, wrong };
}

function problem(field, value, raw) {
  if (field.type === "number") return numberProblem(field, String(value).trim());
  if (field.type === "text" && field.max && value.length > field.max) {
    return `“${field.label}”最多 ${field.max} 个字，现在有 ${value.length} 个。`;
  }
  if (field.type === "check" && value === "bad" && !(raw[field.note] || "").trim()) {
    return `“${field.label}”选了异常，请写一句发现了什么。`;
  }
  return "";
}

function numberProblem(field, text) {
  const number = Number(text);
  if (text === "" || !Number.isFinite(number)) return `“${field.label}”应填数字，现在是“${text}”。`;
  if (field.min !== undefined && number < field.min) return `“${field.label}”不能小于 ${field.min}。`;
  if (field.max !== undefined && number > field.max) return `“${field.label}”不能大于 ${field.max}。`;
  return "";
}

/** The answers of a check sheet when all is well, or null when it asks for something that only a person knows. */
export function allWell(sheet, remembered, where) {
  const answers = suited(where, sheet, remembered);
  for (const field of sheet.fields) {
    if (field.type === "check") answers[field.key] = "ok";
    else if (answers[field.key] === undefined && field.default !== undefined) answers[field.key] = field.default;
  }
  const { wrong, answers: kept } = clean(sheet, answers);
  return Object.keys(wrong).length || !fitsAll(where, kept) ? null : kept;
}

/** What is worth remembering of a sent form. */
export const remembered = (sheet, answers) =>
  Object.fromEntries(sheet.fields.filter((f) => f.remember && !f.confidential && answers[f.key] !== undefined).map((f) => [f.key, answers[f.key]]));
