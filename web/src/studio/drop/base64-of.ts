/** The bytes of a file as they travel in JSON. */
export function base64Of(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => { resolve((reader.result as string).split(",")[1] ?? ""); };
    reader.onerror = () => { reject(reader.error ?? new Error("the file cannot be read")); };
    reader.readAsDataURL(file);
  });
}
