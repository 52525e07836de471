import { getProject, getStack } from "@pulumi/pulumi";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { type RegisterResourceRequest, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type PropertyValue, secret, unknown } from "./values";

/** A resource as the program registered it. */
export interface RecordedResource {
  urn: string;
  type: string;
  name: string;
  /** URN of the parent; undefined for the stack. */
  parent: string | undefined;
  custom: boolean;
  inputs: Record<string, PropertyValue>;
  protect: boolean;
  ignoreChanges: string[];
  deleteBeforeReplace: boolean;
  retainOnDelete: boolean;
  /** URN of the resource with which AWS deletes it; empty for none. */
  deletedWith: string;
  /** The id of an existing resource to take over; empty for none. */
  importId: string;
  /** URNs of the resources whose outputs an input uses, by input. */
  propertyDependencies: Record<string, string[]>;
  /** URNs of all resources that it depends on. */
  dependencies: string[];
}

/** Returns the id of a resource and its outputs in addition to the inputs. */
export type Outputs = (resource: RecordedResource) => { id: string; outputs: Record<string, PropertyValue> };

/** Returns the result of a provider function. */
export type InvokeMock = (token: string) => Record<string, PropertyValue>;

type Callback = (error: unknown, response: unknown) => void;

/**
 * Replaces the engine's resource monitor and records what the program registers. Every output that is not an input is
 * unknown, as in a preview, unless `outputs` returns it.
 */
export class RecordingMonitor extends MockMonitor {
  readonly recorded = new Map<string, RecordedResource>();

  constructor(
    private readonly invokeMock: InvokeMock,
    private readonly outputs?: Outputs,
  ) {
    super({ call: ({ token }) => invokeMock(token), newResource: () => ({ id: "", state: {} }) });
  }

  override registerResource(request: RegisterResourceRequest, callback: Callback): Promise<void> {
    const resource = parseRequest(request);
    if (this.recorded.has(resource.urn)) {
      callback(new Error(`Duplicate resource URN ${resource.urn}`), undefined);
      return Promise.resolve();
    }
    this.recorded.set(resource.urn, resource);

    const mocked = resource.custom ? this.outputs?.(resource) : undefined;
    const secretOutputs = resource.custom ? request.getAdditionalsecretoutputsList() : [];
    const state = { ...resource.inputs, ...mocked?.outputs };
    for (const name of secretOutputs) {
      const value = state[name] ?? (mocked === undefined ? unknown : undefined);
      if (value !== undefined) {
        state[name] = secret(value);
      }
    }
    const response = new RegisterResourceResponse();
    response.setUrn(resource.urn);
    response.setId(mocked?.id ?? "");
    response.setObject(Struct.fromJavaScript(state));
    callback(null, response);
    return Promise.resolve();
  }

  override invoke(request: { getTok(): string }, callback: Callback): Promise<void> {
    try {
      const response = new InvokeResponse();
      response.setReturn(Struct.fromJavaScript(this.invokeMock(request.getTok())));
      callback(null, response);
    } catch (error) {
      // The SDK shows what gRPC calls details.
      callback({ details: String(error instanceof Error ? error.message : error) }, undefined);
    }
    return Promise.resolve();
  }

  override registerResourceOutputs(_request: unknown, callback: Callback): void {
    callback(null, {});
  }
}

function parseRequest(request: RegisterResourceRequest): RecordedResource {
  const type = request.getType();
  const name = request.getName();
  const parent = request.getParent();
  const dependencies: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((value, property) => {
    dependencies[property] = value.getUrnsList();
  });
  return {
    urn: createUrn(type, name, parent),
    type,
    name,
    parent: parent === "" ? undefined : parent,
    custom: request.getCustom(),
    inputs: markSecrets(request.getObject()?.toJavaScript() ?? {}, request.getAdditionalsecretoutputsList()),
    protect: request.getProtect() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    retainOnDelete: request.getRetainondelete() ?? false,
    deletedWith: request.getDeletedwith(),
    importId: request.getImportid(),
    propertyDependencies: dependencies,
    dependencies: request.getDependenciesList(),
  };
}

/** Marks inputs that the provider treats as secrets: the SDK drops the mark of a value that is not known yet. */
function markSecrets(inputs: Record<string, PropertyValue>, names: string[]): Record<string, PropertyValue> {
  const secrets = names.filter((name) => inputs[name] === unknown).map((name) => [name, secret(unknown)]);
  return { ...inputs, ...(Object.fromEntries(secrets) as Record<string, PropertyValue>) };
}

const stackType = "pulumi:pulumi:Stack";

/** Builds the URN as the engine does: the types of all ancestors except the stack, then the type of the resource. */
function createUrn(type: string, name: string, parent: string): string {
  if (parent === "") {
    // Not taken from the name, <project>-<stack>: both may have hyphens.
    return `urn:pulumi:${getStack()}::${getProject()}::${stackType}::${name}`;
  }
  const [head = "", project = "", parentType = ""] = parent.split("::");
  const qualified = parentType === stackType ? type : `${parentType}$${type}`;
  return [head, project, qualified, name].join("::");
}
