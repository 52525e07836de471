import { describeVariations } from "../support/hand-made-suite";
import { database } from "./variations";

describeVariations("database", database);
