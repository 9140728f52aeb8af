/** Dates and spans as a person says them. Days are YYYY-MM-DD texts in Chinese time, as the server gives them. */
const WEEKDAYS = "日一二三四五六";
const DAY = 86400000;
const CHINA = 8 * 3600000; // China has one time zone and no summer time

/** The day of a moment in China, whatever the phone's own zone says. */
export const dayOf = (moment) => new Date(new Date(moment).getTime() + CHINA).toISOString().slice(0, 10);
export const today = () => dayOf(Date.now());
export const timeOf = (moment) => new Date(new Date(moment).getTime() + CHINA).toISOString().slice(11, 16).replace(/^0/, "");
export const momentOf = (day, time) => new Date(`${day}T${time}:00+08:00`).toISOString();

export function dayWords(day, { weekday = true } = {}) {
  const at = new Date(`${day}T00:00:00Z`);
  const year = day.slice(0, 4) === today().slice(0, 4) ? "" : `${at.getUTCFullYear()}年`;
  const words = `${year}${at.getUTCMonth() + 1}月${at.getUTCDate()}日`;
  return weekday ? `${words} 周${WEEKDAYS[at.getUTCDay()]}` : words;
}

export const daysBetween = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / DAY);
export const addDays = (day, n) => new Date(Date.parse(day) + n * DAY).toISOString().slice(0, 10);

/** The Sunday that ends the day's week. */
export const endOfWeek = (day) => addDays(day, (7 - new Date(`${day}T00:00:00Z`).getUTCDay()) % 7);

export function momentWords(moment) {
  const day = dayOf(moment);
  return day === today() ? `今天 ${timeOf(moment)}` : `${dayWords(day, { weekday: false })} ${timeOf(moment)}`;
}

export function dueWords(day) {
  const left = daysBetween(today(), day);
  if (left < 0) return `过了 ${-left} 天`;
  if (left === 0) return "今天";
  return left === 1 ? "明天前" : `还有 ${left} 天`;
}

export function greeting() {
  const hour = Number(new Date(Date.now() + CHINA).toISOString().slice(11, 13));
  if (hour < 5) return "夜里好";
  if (hour < 11) return "早上好";
  if (hour < 13) return "中午好";
  return hour < 18 ? "下午好" : "晚上好";
}

export const minutesWords = (n) => (n < 60 ? `${n} 分钟` : `${Math.floor(n / 60)} 小时${n % 60 ? ` ${n % 60} 分钟` : ""}`);
export const sizeWords = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`).replace("KB", "千字节").replace("MB", "兆");
