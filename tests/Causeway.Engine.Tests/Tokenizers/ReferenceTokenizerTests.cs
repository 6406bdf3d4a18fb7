using System.Text;
using System.Text.Json;
using Causeway.Engine.Formats;
using Causeway.Engine.Tokenizers;

namespace Causeway.Engine.Tests.Tokenizers;

/// <summary>Published vocabularies against the reference implementation (Hugging Face tokenizers, in Rust), token by token.</summary>
public sealed class ReferenceTokenizerTests
{
    [Theory]
    [InlineData("llama3_2")]
    [InlineData("qwen3")]
    [InlineData("qwen2_5")]
    [InlineData("gemma3")]
    [InlineData("llama2")]
    public async Task Tokens_are_those_of_the_reference(string family)
    {
        var folder = await References.FolderAsync(family);
        var texts = MixedTexts.Make(5000, seed: 1);
        using var reference = await ReferenceAsync(folder, texts);
        var tokenizer = Load(folder);

        var differences = new List<string>();
        foreach (var (text, expected) in texts.Zip(reference.RootElement.EnumerateArray()))
        {
            var tokens = new List<int>();
            tokenizer.Encode(text, specials: true, tokens);
            var ids = expected.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToList();
            Assert.Equal(expected.GetProperty("nfc").GetString(), Encoding.UTF8.GetString(NormalFormC.Apply(Encoding.UTF8.GetBytes(text))));
            if (!tokens.SequenceEqual(ids)) differences.Add($"{JsonEncodedText.Encode(text)}: [{string.Join(' ', tokens)}] instead of [{string.Join(' ', ids)}]");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n{string.Join('\n', differences.OrderBy(line => line.Length).Take(30))}");
    }

    private static Tokenizer Load(string folder) => Tokenizer.Create(new TokenizerFiles
    {
        Json = File.ReadAllBytes(Path.Combine(folder, "tokenizer.json")),
        ConfigJson = File.ReadAllBytes(Path.Combine(folder, "tokenizer_config.json")),
    });

    private static async Task<JsonDocument> ReferenceAsync(string folder, IReadOnlyList<string> texts)
    {
        var scratch = Directory.CreateTempSubdirectory("causeway-tokens-");
        try
        {
            var (asked, answered) = (Path.Combine(scratch.FullName, "texts.json"), Path.Combine(scratch.FullName, "ids.json"));
            await using (var file = File.Create(asked))
            await using (var writer = new Utf8JsonWriter(file))
            {
                writer.WriteStartArray();
                foreach (var text in texts) writer.WriteStringValue(text);
                writer.WriteEndArray();
            }
            await References.RunAsync("node", "encode.mjs", Path.Combine(folder, "tokenizer.json"), asked, answered);
            return JsonDocument.Parse(await File.ReadAllBytesAsync(answered));
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }
}
