import { describeVariations } from "../support/hand-made-suite";
import { storage } from "./variations";

describeVariations("storage", storage);
