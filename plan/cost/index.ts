export { costOf } from "./cost";
export { renderCost } from "./render";
