import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { RegisterResourceRequest, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { secret, unknown, Wire } from "./wire";

/** A resource as the program registered it. */
export interface RecordedResource {
  urn: string;
  type: string;
  name: string;
  /** URN of the parent; undefined for the stack. */
  parent: string | undefined;
  custom: boolean;
  inputs: Record<string, Wire>;
  protect: boolean;
  ignoreChanges: string[];
  /** URNs of the resources whose outputs an input is made of, by input. */
  propertyDependencies: Record<string, string[]>;
  /** URNs of all resources that come before it. */
  dependencies: string[];
}

/** What a resource would give: its id and its outputs beside the inputs. */
export type Outputs = (resource: RecordedResource) => { id: string; outputs: Record<string, Wire> };

/** What the provider would answer. */
export type Answer = (token: string) => Record<string, Wire>;

type Callback = (error: unknown, response: unknown) => void;

/**
 * Stands where the engine's resource monitor stands: it records what the program registers. Every output that is not an
 * input is unknown, as in a preview, unless `outputs` gives it.
 */
export class RecordingMonitor extends MockMonitor {
  readonly recorded = new Map<string, RecordedResource>();

  constructor(
    private readonly answer: Answer,
    private readonly outputs?: Outputs,
  ) {
    super({ call: ({ token }) => answer(token), newResource: () => ({ id: "", state: {} }) });
  }

  override registerResource(request: RegisterResourceRequest, callback: Callback): Promise<void> {
    const resource = recordOf(request);
    if (this.recorded.has(resource.urn)) {
      callback(new Error(`Two resources are ${resource.urn}`), undefined);
      return Promise.resolve();
    }
    this.recorded.set(resource.urn, resource);

    const given = resource.custom ? this.outputs?.(resource) : undefined;
    const secretOutputs = resource.custom ? request.getAdditionalsecretoutputsList() : [];
    const state = { ...resource.inputs, ...given?.outputs };
    for (const name of secretOutputs) {
      const value = state[name] ?? (given === undefined ? unknown : undefined);
      if (value !== undefined) {
        state[name] = secret(value);
      }
    }
    const response = new RegisterResourceResponse();
    response.setUrn(resource.urn);
    response.setId(given?.id ?? "");
    response.setObject(Struct.fromJavaScript(state));
    callback(null, response);
    return Promise.resolve();
  }

  override invoke(request: { getTok(): string }, callback: Callback): Promise<void> {
    try {
      const response = new InvokeResponse();
      response.setReturn(Struct.fromJavaScript(this.answer(request.getTok())));
      callback(null, response);
    } catch (error) {
      callback(error, undefined);
    }
    return Promise.resolve();
  }

  override registerResourceOutputs(_request: unknown, callback: Callback): void {
    callback(null, {});
  }
}

function recordOf(request: RegisterResourceRequest): RecordedResource {
  const type = request.getType();
  const name = request.getName();
  const parent = request.getParent();
  const dependencies: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((value, property) => {
    dependencies[property] = value.getUrnsList();
  });
  return {
    urn: urnOf(type, name, parent),
    type,
    name,
    parent: parent === "" ? undefined : parent,
    custom: request.getCustom(),
    inputs: markSecrets(request.getObject()?.toJavaScript() ?? {}, request.getAdditionalsecretoutputsList()),
    protect: request.getProtect() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    propertyDependencies: dependencies,
    dependencies: request.getDependenciesList(),
  };
}

/** Marks inputs that the provider treats as secrets: the SDK drops the mark of a value that is not known yet. */
function markSecrets(inputs: Record<string, Wire>, names: string[]): Record<string, Wire> {
  const secrets = names.filter((name) => inputs[name] === unknown).map((name) => [name, secret(unknown)]);
  return { ...inputs, ...(Object.fromEntries(secrets) as Record<string, Wire>) };
}

const stackType = "pulumi:pulumi:Stack";

/** The engine's own way: the types of all ancestors but the stack, then the resource's. */
function urnOf(type: string, name: string, parent: string): string {
  if (parent === "") {
    const project = name.slice(0, name.lastIndexOf("-"));
    return `urn:pulumi:${name.slice(project.length + 1)}::${project}::${stackType}::${name}`;
  }
  const [head = "", project = "", parentType = ""] = parent.split("::");
  const qualified = parentType === stackType ? type : `${parentType}$${type}`;
  return [head, project, qualified, name].join("::");
}
