using System.Text;
using System.Text.Json;
using Causeway.Testing;
using Causeway.Wire.Schemas;

namespace Causeway.Tests.Tuning;

/// <summary>OpenAI's own description of an answer, as far as it is about shapes.</summary>
internal static class Shape
{
    public static void Holds(string name, JsonElement value)
    {
        var path = Path.Combine(Repository.Root, "tests", "Causeway.Tests", "Tuning", "Shapes", name + ".json");
        Assert.True(JsonSchema.TryCompile(File.ReadAllBytes(path), out var schema, out var error), error?.ToString());
        var outcome = schema.Validate(Encoding.UTF8.GetBytes(value.GetRawText()));
        Assert.True(outcome.IsValid, $"{string.Join('\n', outcome.Errors)}\n{value.GetRawText()}");
    }
}
