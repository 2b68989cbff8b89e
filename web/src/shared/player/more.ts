/** What players need later, or never: one file that is fetched when the first of it is asked for. */

export { familyFor, refuseAv1 } from "./codecs";
export { switchSound } from "./switch-sound";
