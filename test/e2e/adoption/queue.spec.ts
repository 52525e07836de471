import { describeVariations } from "../support/hand-made-suite";
import { queue } from "./variations";

describeVariations("queue", queue);
