namespace Causeway.Repository.Tests.Tree;

/// <summary>How a rule reports: every breach in one message, with what to do about it.</summary>
internal static class Findings
{
    public static void None(IEnumerable<string> breaches, string remedy)
    {
        var found = breaches.ToList();
        Assert.True(found.Count == 0, $"{remedy}{Environment.NewLine}{string.Join(Environment.NewLine, found.Select(breach => $"  {breach}"))}");
    }
}
