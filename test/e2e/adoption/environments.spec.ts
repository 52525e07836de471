import { describeVariations } from "../support/hand-made-suite";
import { environments } from "./variations";

describeVariations("environments", environments);
