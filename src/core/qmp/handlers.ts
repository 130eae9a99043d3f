export type { CommandHandlers } from '../../qapi/handlers.ts';
