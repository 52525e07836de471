import { describeVariations } from "../support/hand-made-suite";
import { variables } from "./variations";

describeVariations("variables", variables);
