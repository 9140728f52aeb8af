/** What runs on every desk page. Each module finds its own hooks (data-*) and is quiet when there are none. */
import { askFirst } from "./ask.js";
import { copyOnClick } from "./copy.js";
import { startDrawer } from "./drawer.js";
import { guardForms } from "./guard.js";
import { startHtmx } from "./requests.js";
import { timeForms } from "./timing.js";
import { startSheets } from "./sheet-form.js";
import { keepTyped } from "./typed.js";
import { loadCharts } from "./plots.js";
import { placeOnClick } from "./place.js";

startHtmx();
startDrawer();
askFirst();
copyOnClick();
guardForms();
keepTyped();
timeForms();
startSheets();
loadCharts();
placeOnClick();
