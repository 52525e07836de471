export { SettingsError as ConfigurationError } from "./problem";
