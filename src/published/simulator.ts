/**
 * `tradelane/simulator`: the kit that a simulator of a system is made with: state, faults, a log of effects, control over
 * HTTP. `tradelane simulate` runs the default export of a connector's `simulator.ts`.
 */
export type {
  FaultInjection,
  FaultMatch,
  FaultRates,
  FaultSettings,
  InjectedFault,
} from '../simulator/faults.ts';
export { parseTime } from '../simulator/parse-time.ts';
export { createRandom, deriveSeed, type Random } from '../simulator/random.ts';
export type {
  EffectLog,
  LoggedEffect,
  SimulatedSystem,
  Simulator,
  SimulatorOptions,
} from '../simulator/simulator.ts';
export { type RunningSimulator, type StartOptions, startSimulator } from '../simulator/start-simulator.ts';
