import { describeVariations } from "../support/hand-made-suite";
import { addresses } from "./variations";

describeVariations("addresses", addresses);
