import { Budget as AwsBudget } from "@pulumi/aws/budgets/budget";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "./check-arguments";
import { type WithDefaults, withDefaults } from "./defaults";

/** How much a month may cost. */
export interface BudgetAmountArgs {
  /**
   * US dollars a month.
   *
   * @changing In place.
   */
  monthly: number;
  /**
   * Percentages of `monthly` above which the month's forecast is reported: at most 10 different ones, 1–1,000. AWS makes
   * forecasts after about five weeks of costs.
   *
   * @default [80,100]
   * @changing In place.
   */
  thresholds?: number[];
}

/** Defaults of {@link BudgetAmountArgs}. */
export const budgetAmountDefaults = { thresholds: [80, 100] } satisfies Partial<BudgetAmountArgs>;

/** The tags that tell the costs of a stack from those of others. */
export const costTags = ["Project", "Environment"];

/** A budget of what has certain tags, and who gets its reports. */
export interface BudgetArgs extends BudgetAmountArgs {
  /**
   * Name of the budget, unique in the account.
   *
   * @changing Replaces the budget.
   */
  budgetName: pulumi.Input<string>;
  /**
   * Tags of the resources whose costs count: those that have all of them. Each has to be activated as a cost allocation tag in
   * the Billing console of the account, or of the organization's management account.
   *
   * @changing In place.
   */
  costTags: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * E-mail addresses that get the reports: 1–10.
   *
   * @changing In place.
   */
  emails: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Tags of the budget.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Defaults of {@link BudgetArgs}. */
export const budgetDefaults = budgetAmountDefaults satisfies Partial<BudgetArgs>;

/** A monthly budget of AWS Budgets, by cost allocation tags. AWS charges nothing for it. */
export class Budget extends pulumi.ComponentResource {
  /** Name of the budget. */
  readonly budgetName: pulumi.Output<string>;

  constructor(name: string, args: BudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("Budget", args);
    super("beo:index:Budget", name, {}, opts);
    const settings = withDefaults(args, budgetDefaults);
    const budget = new AwsBudget(
      `${name}-budget`,
      {
        name: settings.budgetName,
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: String(settings.monthly),
        limitUnit: "USD",
        metrics: "UnblendedCost",
        filterExpression: pulumi.output(settings.costTags).apply(toFilter),
        notifications: getNotifications(settings),
        tags: settings.tags,
      },
      { parent: this, deleteBeforeReplace: true },
    );
    this.budgetName = budget.name;
    this.registerOutputs({ budgetName: this.budgetName });
  }
}

/** Returns the expression of what has all tags. AWS refuses an `and` of one. */
function toFilter(costTags: Record<string, string>) {
  const ands = Object.entries(costTags).map(([key, value]) => ({ tags: { key, values: [value] } }));
  return ands.length === 1 ? { tags: ands[0]?.tags } : { ands };
}

function getNotifications({ thresholds, emails }: WithDefaults<BudgetArgs, typeof budgetDefaults>) {
  return thresholds.map((threshold) => ({
    comparisonOperator: "GREATER_THAN",
    notificationType: "FORECASTED",
    threshold,
    thresholdType: "PERCENTAGE",
    subscriberEmailAddresses: emails,
  }));
}
