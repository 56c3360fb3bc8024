/**
 * The pure part of loadstep: names of loads and files, what runs on a phone, roads, answers, and what a failure means.
 * Nothing here opens a socket or writes a file; the facts are read from the package the first time they are needed.
 *
 * @packageDocumentation
 */
export { AppError, ERROR_CODES, type ErrorCode } from '../core/errors.ts';
export type { KeyTopic } from '../core/explain/keys.ts';
export type {
  FirmwareFinding,
  FirmwareIndex,
  FirmwarePackage,
  PackageFile,
  PackageFileRole,
  Verdict,
} from '../core/firmware/package.ts';
export type { HopKind, Level, TriggerFile } from '../core/matrix/hop-words.ts';
export type {
  AllowRule,
  Caution,
  Evidence,
  Fact,
  FamilyFacts,
  FileFacts,
  KnownFile,
  Matrix,
  ModelFacts,
  ProbeOrder,
  RefuseRule,
  ReleaseFacts,
  Rule,
  RuleBase,
  RuleFile,
  RuleFrom,
  RuleTo,
  RuleTrigger,
  Sighting,
  Source,
  Stage,
  Trust,
} from '../core/matrix/matrix.ts';
export { type AskedKind, type AskedName, classifyName } from '../core/names/asked-name.ts';
export { FAMILIES, type FamilyId, MODELS, type ModelId, type Protocol, parseModel } from '../core/names/family.ts';
export { type LoadName, type ParsedLoad, parseLoadName } from '../core/names/load-name.ts';
export { type MacAddress, parseMac } from '../core/names/mac-address.ts';
export { compareReleases, type Release, type ReleaseRange } from '../core/names/release.ts';
export { describePlan } from '../core/plan/describe-plan.ts';
export type { Alternative, Needed, NeededFile, NeededPackage } from '../core/plan/needed.ts';
export {
  type Hop,
  type HopFile,
  hopKey,
  type MissingFile,
  type NoPlan,
  type NoPlanCode,
  type Plan,
  type Trigger,
} from '../core/plan/plan.ts';
export type { Result } from '../core/result.ts';
export type { Candidates, Generation, Running, Software } from '../core/software.ts';
export { describeSoftware } from '../core/software-words.ts';
export { type AnswerQuestion, answer, type PhoneAnswer } from './answer.ts';
export { type Explanation, explain, explanationText } from './explain.ts';
export { type AskedFile, type Finding, type Identification, type IdentifyOptions, identify } from './identify.ts';
export { firmwareMatrix } from './matrix.ts';
export { needed, type PlanQuestion, plan } from './plan.ts';
