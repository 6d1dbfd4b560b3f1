import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const iris: MantineColorsTuple = [
  "#EEF0FC", "#DCE0F9", "#C7CEF6", "#AEB7F3", "#9AA7FF", "#7683F0", "#5062E0", "#3B4CCA", "#3140B0", "#27338F",
];
const SANS = 'Inter, "Inter Variable", system-ui, "Segoe UI", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';

export const theme = createTheme({
  primaryColor: "iris",
  colors: { iris },
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: 6,
  focusRing: "auto",
  respectReducedMotion: true,
  cursorType: "pointer",
  fontFamily: SANS,
  fontFamilyMonospace: '"JetBrains Mono", ui-monospace, Menlo, Consolas, monospace',
  fontSizes: { xs: "12px", sm: "13px", md: "13px", lg: "14px" },
  breakpoints: { xs: "480px", sm: "768px", md: "1024px", lg: "1280px", xl: "1536px" },
  headings: { fontWeight: "600" },
  components: {
    Button: { defaultProps: { size: "xs" } },
    Tooltip: { defaultProps: { withArrow: false, openDelay: 300 } },
    TextInput: { defaultProps: { size: "xs" } },
    NumberInput: { defaultProps: { size: "xs" } },
    Select: { defaultProps: { size: "xs" } },
    Textarea: { defaultProps: { size: "sm" } },
    SegmentedControl: { defaultProps: { size: "xs" } },
    Modal: { defaultProps: { lockScroll: false, radius: 10, centered: true, overlayProps: { backgroundOpacity: 0.4 } } },
  },
});

const OURS = {
  "--mantine-color-body": "var(--surface)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-dimmed": "var(--text-3)",
  "--mantine-color-placeholder": "var(--text-3)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--hover)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-error": "var(--bad)",
  "--mantine-color-gray-light-hover": "var(--hover)",
  "--mantine-primary-color-filled": "var(--accent-fill)",
  "--mantine-primary-color-filled-hover": "var(--accent-fill-hover)",
};

/** Mantine's own variables, said in ours, so that its parts change with the theme. */
export const variables: CSSVariablesResolver = () => ({ variables: {}, light: OURS, dark: OURS });
