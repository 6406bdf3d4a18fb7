using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.Engine.Tokenizers;

/// <summary>
/// Learns a byte-level vocabulary from texts: again and again the pair of neighbours that is met most often becomes one token
/// (Sennrich et al. 2015, arXiv:1508.07909; over bytes as in GPT-2). Words are cut by Qwen2's pattern: digits stand alone.
/// </summary>
public static class VocabularyTraining
{
    private const string Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>A tokenizer.json.</summary>
    /// <param name="texts">Read once.</param>
    /// <param name="size">Tokens at the most: 256 bytes, merges, specials. Fewer when no pair is met twice any more.</param>
    /// <param name="specials">Control tokens and tags, given the last ids.</param>
    public static byte[] Learn(IEnumerable<string> texts, int size, IReadOnlyList<string> specials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 256 + specials.Count);
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })];
        List<(int Left, int Right)> merges = [];
        var pairs = new PairCounts(Words(texts));
        while (tokens.Count < size - specials.Count && pairs.Best() is { } pair)
        {
            pairs.Merge(pair, tokens.Count);
            tokens.Add([.. tokens[pair.Left], .. tokens[pair.Right]]);
            merges.Add(pair);
        }
        return Json(tokens, merges, specials);
    }

    /// <summary>Words as bytes, in the order they were first met, with how often.</summary>
    private static List<(byte[] Word, int Times)> Words(IEnumerable<string> texts)
    {
        var splitter = new TiktokenWords(1);
        var times = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
            while (!rest.IsEmpty)
            {
                var length = splitter.First(rest);
                var word = Encoding.Latin1.GetString(rest[..length]);
                times[word] = times.GetValueOrDefault(word) + 1;
                rest = rest[length..];
            }
        }
        return [.. times.Select(pair => (Encoding.Latin1.GetBytes(pair.Key), pair.Value))];
    }

    private static byte[] Json(List<byte[]> tokens, List<(int Left, int Right)> merges, IReadOnlyList<string> specials)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            json.WriteStartArray("added_tokens");
            for (var i = 0; i < specials.Count; i++) WriteSpecial(json, tokens.Count + i, specials[i]);
            json.WriteEndArray();
            json.WriteNull("normalizer");
            json.WritePropertyName("pre_tokenizer");
            WriteSplitting(json);
            json.WriteNull("post_processor");
            json.WritePropertyName("decoder");
            WriteByteLevel(json);
            json.WriteStartObject("model");
            json.WriteString("type", "BPE");
            json.WriteBoolean("byte_fallback", false);
            json.WriteBoolean("ignore_merges", false);
            json.WriteStartObject("vocab");
            for (var id = 0; id < tokens.Count; id++) json.WriteNumber(ByteAlphabet.Write(tokens[id]), id);
            json.WriteEndObject();
            json.WriteStartArray("merges");
            foreach (var (left, right) in merges) json.WriteStringValue($"{ByteAlphabet.Write(tokens[left])} {ByteAlphabet.Write(tokens[right])}");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    private static void WriteSpecial(Utf8JsonWriter json, int id, string content)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("content", content);
        foreach (var flag in (string[])["single_word", "lstrip", "rstrip", "normalized"]) json.WriteBoolean(flag, false);
        // As Qwen3 has it: tags are single tokens but no control tokens, so that they are part of the text.
        json.WriteBoolean("special", content.StartsWith("<|", StringComparison.Ordinal));
        json.WriteEndObject();
    }

    private static void WriteSplitting(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        json.WriteStartObject();
        json.WriteString("type", "Split");
        json.WriteStartObject("pattern");
        json.WriteString("Regex", Pattern);
        json.WriteEndObject();
        json.WriteString("behavior", "Isolated");
        json.WriteBoolean("invert", false);
        json.WriteEndObject();
        WriteByteLevel(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", false);
        json.WriteBoolean("use_regex", false);
        json.WriteEndObject();
    }
}
