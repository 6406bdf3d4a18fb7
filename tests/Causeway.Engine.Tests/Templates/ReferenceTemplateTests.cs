using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Engine.Templates;
using Causeway.Engine.Tests.Tokenizers;

namespace Causeway.Engine.Tests.Templates;

/// <summary>Published chat templates and the language itself, against Python's Jinja set up as Hugging Face's transformers does.</summary>
public sealed class ReferenceTemplateTests
{
    private static readonly string _folder = Path.Combine(References.NodeFolder, "..", "Templates");
    private static readonly string[] _families = ["llama3_2", "qwen3", "qwen2_5", "gemma3"];

    // Where Jinja's rules of whitespace meet.
    private static readonly string[] _layouts =
    [
        "{% if true %}\nx\n{% endif %}\n\n", "  {% if true %}  \n  x{% endif %}\n", "a\r\nb\rc\n", "{{ 1 }}\n{{ 2 }}\n", "x\n  {%- if true %}\n y\n  {%- endif %}\n z",
        "  {# c #}\n  x", "\t{% set a = 1 %}\n\t{{ a }}", "{% if true %}{% endif %}\n\n\n", "a {% if true %}\nb{% endif %}", "{{ 1 -}}\n  {% if true %}x{% endif %}",
        "   {{ 1 }}", "{% set x = 1 -%}\n   {% set y = 2 %}   z", "{%- for m in messages %}\n  {{- m.content }}\n{%- endfor %}\n", "{% raw %}\n {{ x }}\n{% endraw %}\ny",
        "{% if true %}\n{# c #}\n  {% if true %}\n    a\n  {% endif %}\n{% endif %}", "x {%+ if true %} y {% endif +%}\n z", "\n  {% set a %}\n b\n  {% endset %}\n{{ a }}",
    ];

    [Fact]
    public async Task Published_templates_render_byte_for_byte()
    {
        var corpus = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "conversations.json")))!;
        var cases = new JsonArray();
        foreach (var family in _families)
        {
            var config = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(await References.FolderAsync(family), "tokenizer_config.json")))!;
            foreach (var variables in Conversations(corpus)) cases.Add(Case(config["chat_template"]!.GetValue<string>(), variables));
        }

        await CompareAsync(cases);
    }

    [Fact]
    public async Task The_language_is_that_of_the_reference()
    {
        var snippets = (await File.ReadAllTextAsync(Path.Combine(_folder, "snippets.jinja"))).TrimEnd('\n').Split('\n');

        await CompareAsync(new JsonArray([.. snippets.Concat(_layouts).Select(template => Case(template, JsonNode.Parse("""{"messages":[{"role":"user","content":"q"},{"content":"w"}]}""")!.AsObject()))]));
    }

    private static IEnumerable<JsonObject> Conversations(JsonNode corpus)
    {
        string[] extras = ["{}", """{"enable_thinking":false}""", """{"enable_thinking":true}""", """{"tools_in_user_message":false,"date_string":"1 Jan"}"""];
        foreach (var conversation in corpus["conversations"]!.AsArray())
            foreach (var tools in (JsonNode?[])[null, corpus["tools"]])
                foreach (var asks in (bool[])[true, false])
                    foreach (var extra in extras)
                    {
                        var variables = JsonNode.Parse(extra)!.AsObject();
                        variables["messages"] = conversation!.DeepClone();
                        variables["tools"] = tools?.DeepClone();
                        variables["add_generation_prompt"] = asks;
                        variables["bos_token"] = "<bos>";
                        yield return variables;
                    }
    }

    private static JsonObject Case(string template, JsonObject variables) => new() { ["template"] = template, ["variables"] = variables };

    private static async Task CompareAsync(JsonArray cases)
    {
        using var reference = await References.JinjaAsync(cases.ToJsonString());
        var differences = new List<string>();
        foreach (var (asked, expected) in cases.Zip(reference.RootElement.EnumerateArray()))
        {
            var text = Render(asked!["template"]!.GetValue<string>(), asked["variables"]!.AsObject(), out var error);
            var wanted = expected.TryGetProperty("text", out var rendered) ? rendered.GetString() : null;
            // Words of errors differ; what a template says itself does not.
            var refusal = wanted is null && expected.GetProperty("error").GetString()! is var said && said.StartsWith("TemplateError: ", StringComparison.Ordinal) ? said[15..] : null;
            if (text == wanted && (refusal is null || refusal == error)) continue;
            differences.Add($"{asked.ToJsonString()}\n  is        {text ?? error}\n  should be {expected.GetRawText()}");
        }
        Assert.True(differences.Count == 0, $"{differences.Count} of {cases.Count} differ:\n{string.Join('\n', differences.OrderBy(line => line.Length).Take(10))}");
    }

    private static string? Render(string template, JsonObject variables, out string? error)
    {
        var all = JsonElement.Parse(variables.ToJsonString()).EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value);
        try
        {
            error = null;
            var pieces = ChatTemplate.Parse(template).Render(new TemplateInput
            {
                Messages = all["messages"],
                Variables = all.Where(variable => variable.Key is not ("messages" or "bos_token")).ToDictionary(),
                StartSpelling = all.TryGetValue("bos_token", out var start) ? start.GetString()! : "",
                Clock = new FixedClock(),
            });
            return string.Concat(pieces.Select(piece => piece.Text));
        }
        catch (Exception refused) when (refused is ChatTemplateException or ModelFormatException)
        {
            error = refused.Message;
            return null;
        }
    }
}
