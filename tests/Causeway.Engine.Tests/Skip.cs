namespace Causeway.Engine.Tests;

/// <summary>On a laptop a test without its tools is skipped with a sentence; where <c>CAUSEWAY_REQUIRE_ALL</c> is set, as in CI, it must run.</summary>
internal static class Skip
{
    public static void UnlessRequired(bool hasTools, string sentence)
    {
        if (hasTools) return;
        if (Environment.GetEnvironmentVariable("CAUSEWAY_REQUIRE_ALL") is { Length: > 0 }) Assert.Fail(sentence);
        Assert.Skip(sentence);
    }
}
