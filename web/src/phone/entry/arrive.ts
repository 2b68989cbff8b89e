import { takeArrival } from "./arrival";

// Imported before the router, which reads the address.
takeArrival(location, history);
