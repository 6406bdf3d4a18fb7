using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Causeway.Engine.Formats;

namespace Causeway.Engine.Tokenizers;

/// <summary>
/// Text to tokens and back, as the model's own tokenizer does it: byte-pair encoding over bytes or characters, from Hugging Face's tokenizer.json or a
/// GGUF file. Immutable but for a bounded cache of words; thread-safe.
/// </summary>
public sealed class Tokenizer
{
    private readonly TokenizerPlan _plan;
    private readonly Dictionary<string, int> _specials = new(StringComparer.Ordinal);

    private Tokenizer(TokenizerPlan plan)
    {
        _plan = plan;
        foreach (var token in plan.Added.All.Concat(plan.AddedAfterRules.All)) _specials.TryAdd(Encoding.UTF8.GetString(token.Spelling), token.Id);
    }

    /// <exception cref="ModelFormatException">The files are damaged, or ask for steps that are not run here; the message names them.</exception>
    public static Tokenizer Create(TokenizerFiles files)
    {
        if (!files.Json.IsEmpty) return new Tokenizer(TokenizerJson.Read(files));
        return new Tokenizer(TokenizerGguf.Read(files.Gguf ?? throw new ModelFormatException("The model has no tokenizer: neither tokenizer.json nor tokenizer.ggml keys.")));
    }

    /// <summary>The highest token id and one. A model's matrix may have more rows; nothing is spelled by those.</summary>
    public int VocabularySize => _plan.Output.Count;

    /// <summary>What goes before a text that comes without a chat template (Llama's and Gemma's start token); a template writes its own.</summary>
    public ImmutableArray<int> Prefix => _plan.Prefix;

    /// <summary>What goes after such a text; empty for the families that are run here.</summary>
    public ImmutableArray<int> Suffix => _plan.Suffix;

    /// <summary>What a template knows as <c>bos_token</c>; empty when the model has none.</summary>
    public string StartSpelling => _plan.StartSpelling;

    /// <summary>What a template knows as <c>eos_token</c>; empty when the model has none.</summary>
    public string EndSpelling => _plan.EndSpelling;

    /// <summary>What the token adds to a text: raw bytes, which may be a part of a character; a special token's spelling; nothing for an id without a token.</summary>
    public ReadOnlyMemory<byte> BytesOf(int token) => _plan.Output[token];

    /// <summary>Whether the token is marked special: it steers the model and is no part of a text. Tags such as <c>&lt;think&gt;</c> often are not.</summary>
    public bool IsSpecial(int token) => _plan.Specials.Contains(token);

    /// <summary>The added token spelled so, special or not; null when there is none.</summary>
    public int? Find(string special) => _specials.TryGetValue(special, out var id) ? id : null;

    /// <summary>Appends the text's tokens. Nothing is put before or after them.</summary>
    /// <param name="specials">Whether the text may spell control tokens. False: <c>&lt;|im_end|&gt;</c> is five or six tokens like any other text.</param>
    /// <param name="into">A lone surrogate is encoded as U+FFFD.</param>
    public void Encode(ReadOnlySpan<char> text, bool specials, List<int> into)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var length = Encoding.UTF8.GetBytes(text, bytes);
            Encode(bytes.AsSpan(0, length), specials ? TextOrigins.AllTrusted : TextOrigins.NoneTrusted, into);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>
    /// The tokens of a text whose pieces come from different hands, the same as if it came from one, except that no control token is found where
    /// a stranger wrote any part of its spelling.
    /// </summary>
    /// <param name="segments">In order. Trusted: written by the template, not by those whose messages it renders.</param>
    public List<int> EncodeSegments(IReadOnlyList<(string Text, bool Trusted)> segments)
    {
        var origins = TextOrigins.Of(segments.Select(segment => (Encoding.UTF8.GetByteCount(segment.Text), segment.Trusted)));
        var bytes = new byte[segments.Sum(segment => Encoding.UTF8.GetByteCount(segment.Text))];
        var at = 0;
        foreach (var (text, _) in segments) at += Encoding.UTF8.GetBytes(text, bytes.AsSpan(at));
        var tokens = new List<int>(bytes.Length / 3);
        Encode(bytes, origins, tokens);
        return tokens;
    }

    private void Encode(ReadOnlySpan<byte> text, TextOrigins origins, List<int> into)
    {
        var at = 0;
        while (!_plan.Added.IsEmpty && _plan.Added.TryFind(text, at, origins, out var match))
        {
            Normalize(text[at..match.Start], at == 0, origins.IsTrusted(at, match.Start), into);
            into.Add(match.Token.Id);
            at = match.End;
        }
        Normalize(text[at..], at == 0, origins.IsTrusted(at, text.Length), into);
    }

    private void Normalize(ReadOnlySpan<byte> text, bool atStart, bool trusted, List<int> into)
    {
        if (text.IsEmpty) return;
        foreach (var rule in _plan.Rules) text = rule.Apply(text, atStart);
        var at = 0;
        // Where a rule has moved the bytes, who wrote which is not known any more.
        var origins = trusted ? TextOrigins.AllTrusted : TextOrigins.NoneTrusted;
        while (!_plan.AddedAfterRules.IsEmpty && _plan.AddedAfterRules.TryFind(text, at, origins, out var match))
        {
            Cut(text[at..match.Start], atStart && at == 0, into);
            into.Add(match.Token.Id);
            at = match.End;
        }
        Cut(text[at..], atStart && at == 0, into);
    }

    private void Cut(ReadOnlySpan<byte> text, bool atStart, List<int> into)
    {
        if (text.IsEmpty) return;
        foreach (var rule in _plan.Cutting.Rules) text = rule.Apply(text, atStart);
        Cut(text, 0, into);
    }

    private void Cut(ReadOnlySpan<byte> text, int splitter, List<int> into)
    {
        if (splitter == _plan.Cutting.Splitters.Length)
        {
            _plan.Model.Encode(text, into);
            return;
        }
        while (!text.IsEmpty)
        {
            var length = _plan.Cutting.Splitters[splitter].First(text);
            Cut(text[..length], splitter + 1, into);
            text = text[length..];
        }
    }

    internal int DropsLeadingSpaces => _plan.DropsLeadingSpaces;
}
