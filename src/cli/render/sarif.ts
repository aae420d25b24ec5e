import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { sha256 } from '../../digest.ts';
import type { Location } from '../../errors.ts';
import { exitMeanings } from '../exitMeanings.ts';
import type { Annotation } from '../../verbs/view/annotation.ts';
import { repositoryPath } from '../../verbs/view/annotation.ts';
import type { CiReport } from './ciReport.ts';

/** Where the files of a report are. Folders are absolute. */
export interface SarifPlaces {
  /** What the files of the annotations are relative to. */
  readonly root: string;
  /** What the report's files shall be relative to. */
  readonly repository: string;
  /** The file that a result without a place is shown at: code scanning refuses results that are nowhere. */
  readonly fallback: string;
}

const descriptions: Readonly<Record<string, string>> = {
  gate: 'A gate of the pipeline failed: the model may not be used.',
  warning: 'Something that a person should know; nothing failed.',
  'record-rejected': 'A record of the source could not become a row and was quarantined.',
  doctor: 'Something on this machine is not as aieng needs it.',
  'service-down': 'A service that should answer does not.',
  'alarm-drift': 'The inputs of the model are distributed otherwise than at training.',
  'alarm-schema': 'The data changed its shape.',
  'alarm-prediction-drift': 'The predictions are distributed otherwise than at training.',
  'alarm-performance': 'The model does worse than at training.',
  'alarm-health': 'The service has errors or does not answer.',
};

/** Annotations of one rule together: its description, and how bad it is at most. */
function ruleOf(id: string, told: readonly Annotation[]): object {
  const level = told.some((each) => each.rule === id && each.level === 'error') ? 'error' : 'warning';
  const said = descriptions[id] ?? `aieng: ${id.replaceAll('-', ' ')}.`;
  return { id, shortDescription: { text: said }, defaultConfiguration: { level } };
}

/** Halves of surrogate pairs have no percent-encoding. */
const wellFormed = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

function artifact(named: string, { root, repository }: SarifPlaces): object {
  const file = wellFormed(named);
  const inside = repositoryPath(file, root, repository);
  return inside === null
    ? { uri: pathToFileURL(resolve(root, file)).href }
    : { uri: encodePath(inside), uriBaseId: '%SRCROOT%' };
}

function locationOf(at: Location | null | undefined, places: SarifPlaces): object {
  const { line, column, file } = at ?? { file: places.fallback };
  const region =
    line === undefined || line < 1
      ? {}
      : {
          region: {
            startLine: line,
            ...(column === undefined || column < 1 ? {} : { startColumn: column }),
          },
        };
  return { physicalLocation: { artifactLocation: artifact(file, places), ...region } };
}

/**
 * Tells a result from every other and is the same in the next run, though lines move and figures change: rule, what it
 * is about, file, and which one of several such it is.
 */
function fingerprinter(): (annotation: Annotation) => string {
  const seen = new Map<string, number>();
  return ({ rule, about, at }) => {
    const same = JSON.stringify([rule, about, at?.file ?? '']);
    const times = (seen.get(same) ?? 0) + 1;
    seen.set(same, times);
    return sha256(`${same}${times}`);
  };
}

/**
 * A command as a SARIF 2.1.0 report of one run (OASIS Standard, 27 March 2020): a result for every failed gate, alarm,
 * finding, rejected record and warning, and for the error that ended the command. Texts are in the clear: scrub the
 * report before.
 */
export function sarifJson(report: CiReport, places: SarifPlaces): string {
  const { version, command, pipeline, exitCode, annotations } = report;
  const ids = [...new Set(annotations.map(({ rule }) => rule))].sort();
  const fingerprint = fingerprinter();
  const run = {
    tool: {
      driver: {
        name: 'aieng',
        semanticVersion: version,
        rules: ids.map((id) => ruleOf(id, annotations)),
      },
    },
    // Two commands, or two pipelines, of one commit are two analyses: neither closes the other's alerts.
    automationDetails: { id: ['aieng', command, ...(pipeline === null ? [] : [pipeline]), ''].join('/') },
    invocations: [
      {
        executionSuccessful: exitCode === 0,
        exitCode,
        exitCodeDescription: exitMeanings[exitCode],
      },
    ],
    columnKind: 'utf16CodeUnits',
    results: annotations.map((annotation) => ({
      ruleId: annotation.rule,
      ruleIndex: ids.indexOf(annotation.rule),
      level: annotation.level,
      message: { text: `${annotation.title}: ${annotation.message}` },
      locations: [locationOf(annotation.at, places)],
      partialFingerprints: { 'aieng/v1': fingerprint(annotation) },
    })),
  };
  return `${JSON.stringify(
    { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] },
    null,
    2,
  )}\n`;
}
