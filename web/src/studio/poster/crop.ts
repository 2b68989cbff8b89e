/** The part of a picture that becomes a poster, in shares of its width and height. Pure. */

export interface Size {
  width: number;
  height: number;
}

export interface Frame extends Size {
  left: number;
  top: number;
}

/** Width by height. */
export const TALL = 9 / 16;
export const CARD = 2 / 3;
/** A poster narrower than this looks soft on a phone; the festival takes no narrower one. */
export const NARROWEST = 360;

/** The largest frame of this shape, in the middle. */
export function largest(picture: Size, shape: number): Frame {
  return around(picture, shape, 1, { x: 0.5, y: 0.5 });
}

/** `size` is a share of the largest frame there can be; its middle stays where it can. */
export function resized(picture: Size, shape: number, frame: Frame, size: number): Frame {
  return around(picture, shape, size, { x: frame.left + frame.width / 2, y: frame.top + frame.height / 2 });
}

export function sizeOf(picture: Size, shape: number, frame: Frame): number {
  return frame.width / largest(picture, shape).width;
}

/** The smallest size that still makes a poster. */
export function smallest(picture: Size, shape: number): number {
  return Math.min(1, NARROWEST / (largest(picture, shape).width * picture.width));
}

/** No poster can be made of a picture that is narrower than one at its largest frame. */
export function isTooSmall(picture: Size, shape: number): boolean {
  return largest(picture, shape).width * picture.width < NARROWEST;
}

export function moved(frame: Frame, x: number, y: number): Frame {
  return { ...frame, left: within(frame.left + x, 1 - frame.width), top: within(frame.top + y, 1 - frame.height) };
}

function around(picture: Size, shape: number, size: number, middle: { x: number; y: number }): Frame {
  const wide = (size * Math.min(picture.width, picture.height * shape)) / picture.width;
  const width = Math.min(1, wide);
  const height = Math.min(1, (wide * picture.width) / shape / picture.height);
  return { width, height, left: within(middle.x - width / 2, 1 - width), top: within(middle.y - height / 2, 1 - height) };
}

function within(value: number, most: number): number {
  return Math.min(Math.max(0, value), Math.max(0, most));
}
