import { Outlet } from "@tanstack/react-router";
export function ProblemPage() { return <Outlet />; }
