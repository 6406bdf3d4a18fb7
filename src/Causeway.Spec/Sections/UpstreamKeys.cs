namespace Causeway.Spec.Sections;

/// <summary>Keys that upstreams of several types take. Apart from the shapes, which need each other to be made.</summary>
internal static class UpstreamKeys
{
    public static KeyShape ShowErrors => new("showErrors", "`true` or `false`", "`false`",
        "Shows callers what the upstream said in an error, cleaned of keys and addresses, where it is kept back otherwise. The ledger has it " +
        "in any case.");

    public static KeyShape Type => new("type", "`openai-compatible`, `bedrock`, `embedded` or `rehearsal`", null,
        "What kind of upstream it is, and so which other keys it takes.");

    public static KeyShape Profile(string otherwise) => new("profile",
        "name of a built-in profile, a path to a profile file that starts at the spec's folder, or `none`", otherwise,
        "What the upstream can and cannot do: see [params](params.md). `causeway probe` writes such files.");
}
