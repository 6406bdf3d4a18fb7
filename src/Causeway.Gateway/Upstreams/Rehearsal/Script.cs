namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>What is played; chosen by the model name of the request.</summary>
internal enum Script
{
    Default,
    Echo,
    Parallel,
    Slow,
    Infinite,
}

internal static class Scripts
{
    private const string Prefix = "rehearsal-";

    public static readonly string[] ModelNames =
        ["rehearsal", "rehearsal-echo", "rehearsal-parallel", "rehearsal-slow", "rehearsal-infinite"];

    /// <summary>False only for an unknown <c>rehearsal-…</c>: a misspelt script must not pass for the default one.</summary>
    public static bool TryFind(string model, out Script script)
    {
        var index = Array.IndexOf(ModelNames, model);
        script = (Script)Math.Max(index, 0);
        return index >= 0 || !model.StartsWith(Prefix, StringComparison.Ordinal);
    }

    /// <summary>The <c>model</c> of the answer: no name that a model could have.</summary>
    public static string AnswerModel(this Script script) => script switch
    {
        Script.Echo => "causeway-rehearsal/echo",
        Script.Parallel => "causeway-rehearsal/parallel",
        Script.Slow => "causeway-rehearsal/slow",
        Script.Infinite => "causeway-rehearsal/infinite",
        _ => "causeway-rehearsal",
    };
}
