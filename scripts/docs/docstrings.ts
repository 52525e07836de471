import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** A member of an interface, or a public field of a class, as its docstring describes it. */
export interface DocumentedMember {
  name: string;
  /** The interface or class that declares it. */
  declaredIn: string;
  description: string;
  /** Text of `@default`: a JSON literal or a phrase. */
  default: string | undefined;
  /** Text of `@changing`: what a change of the value does to deployed resources. */
  changing: string | undefined;
  isRequired: boolean;
  /** The member's type as written. */
  type: string;
}

/** Reads the members of every interface and class below a folder, by name. Inherited members come first. */
export function readDocstrings(folder: string): ReadonlyMap<string, DocumentedMember[]> {
  const declarations = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) =>
      ts.createSourceFile(file, readFileSync(join(folder, file), "utf8"), ts.ScriptTarget.Latest, true),
    )
    .flatMap(({ statements }) => [...statements])
    .filter((node) => ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node));
  const byName = new Map(declarations.map((node) => [node.name?.text ?? "", node]));

  const membersOf = (name: string): DocumentedMember[] => {
    const node = byName.get(name);
    if (node === undefined) {
      return [];
    }
    const own = ts.isInterfaceDeclaration(node) ? node.members : node.members.filter(isPublicField);
    const inherited = ts.isInterfaceDeclaration(node)
      ? (node.heritageClauses ?? []).flatMap(({ types }) =>
          types.flatMap(({ expression }) => membersOf(expression.getText())),
        )
      : [];
    const members = own
      .filter((member) => ts.isPropertySignature(member) || ts.isPropertyDeclaration(member))
      .map((member) => toMember(name, member));
    // A member that is declared again replaces the inherited one.
    return [...inherited.filter((old) => members.every((member) => member.name !== old.name)), ...members];
  };
  return new Map([...byName.keys()].map((name) => [name, membersOf(name)]));
}

function isPublicField(member: ts.ClassElement): boolean {
  const modifiers = ts.canHaveModifiers(member) ? (ts.getModifiers(member) ?? []) : [];
  return (
    ts.isPropertyDeclaration(member) &&
    modifiers.every(
      ({ kind }) => kind !== ts.SyntaxKind.PrivateKeyword && kind !== ts.SyntaxKind.StaticKeyword,
    )
  );
}

function toMember(declaredIn: string, node: ts.PropertySignature | ts.PropertyDeclaration): DocumentedMember {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const tag = (name: string) => {
    const found = doc?.tags?.find(({ tagName }) => tagName.text === name);
    return found === undefined ? undefined : toText(found.comment);
  };
  return {
    name: node.name.getText(),
    declaredIn,
    description: toText(doc?.comment),
    default: tag("default"),
    changing: tag("changing"),
    isRequired: node.questionToken === undefined,
    type: node.type?.getText() ?? "",
  };
}

function toText(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string {
  return (ts.getTextOfJSDocComment(comment) ?? "").replace(/\s*\n\s*/g, " ").trim();
}
