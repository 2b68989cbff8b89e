import type { Rotation } from "./device/picture";

/** How the page lies on the glass: a standing screen of a computer that only knows lying ones is turned here. */
class Glass {
  rotation = $state<Rotation>(0);
  screen = $state<HTMLElement>();
}

export const glass = new Glass();
