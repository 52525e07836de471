import { describeVariations } from "../support/hand-made-suite";
import { mail } from "./variations";

describeVariations("mail", mail);
