// Style sheets are imported as their text, see build.mjs.
declare module "*.css" {
  const text: string;
  export default text;
}
