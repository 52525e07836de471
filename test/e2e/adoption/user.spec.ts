import { describeVariations } from "../support/hand-made-suite";
import { user } from "./variations";

describeVariations("user", user);
