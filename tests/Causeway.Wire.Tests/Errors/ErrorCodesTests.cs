using System.Reflection;
using System.Text;
using Causeway.Wire.Errors;

namespace Causeway.Wire.Tests.Errors;

public sealed class ErrorCodesTests
{
    private static readonly string s_reference = Path.Combine(Golden.Root, "docs", "reference", "errors.md");

    [Fact]
    public void The_reference_page_is_the_table() => Golden.Verify(s_reference, Encoding.UTF8.GetBytes(ReferencePage()));

    [Fact]
    public void Every_code_on_the_reference_page_exists_and_every_code_is_on_it()
    {
        var documented = File.ReadLines(s_reference).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);
        Assert.Equal(ErrorCodes.All.Select(code => code.Code), documented);
    }

    [Fact]
    public void Every_field_is_in_the_list_once()
    {
        var fields = typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<ErrorCode>();
        Assert.Equal(fields.OrderBy(code => code.Code, StringComparer.Ordinal), ErrorCodes.All.OrderBy(code => code.Code, StringComparer.Ordinal));
        Assert.Equal(ErrorCodes.All.Count, ErrorCodes.All.Select(code => code.Code).Distinct().Count());
    }

    [Fact]
    public void Statuses_are_errors_and_an_upstream_never_causes_a_401()
    {
        Assert.All(ErrorCodes.All, code => Assert.InRange(code.Status, 400, 599));
        Assert.All(ErrorCodes.All.Where(code => code.Code.StartsWith("upstream", StringComparison.Ordinal)), code => Assert.NotEqual(401, code.Status));
    }

    private static string ReferencePage()
    {
        var page = new StringBuilder();
        page.Append("# Errors\n\nEvery error body is `{\"error\":{\"message\",\"type\",\"param\",\"code\"}}`, all four members always present. In a stream that has\n");
        page.Append("begun the same object comes as one `data:` event and the stream ends. An upstream's own error about the request keeps its type and\n");
        page.Append("code. This page is generated from `ErrorCodes`; a test compares the two.\n\n");
        page.Append("| code | status | type | when | what to do |\n|---|---|---|---|---|\n");
        foreach (var code in ErrorCodes.All)
            page.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{code.Code}` | {code.Status} | `{code.Type}` | {code.Meaning} | {code.Remedy} |\n");
        return page.ToString();
    }
}
