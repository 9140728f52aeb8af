/**
 * What runs on every phone page. This file belongs to the phone work (outbox, camera, offline):
 * it starts as a stub so that the build is whole. Budget: see steps/sizes.mjs.
 */
import { watchConnection } from "./connection.js";

watchConnection();
