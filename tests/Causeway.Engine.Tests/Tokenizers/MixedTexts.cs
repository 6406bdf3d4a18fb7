using System.Text;

namespace Causeway.Engine.Tests.Tokenizers;

/// <summary>Texts that tokenizers come to differ on: many scripts, code, emoji, marks, whitespace, digits, control characters, special tokens as typed.</summary>
internal static class MixedTexts
{
    private static readonly string[] _pieces =
    [
        "The quick brown fox jumps over the lazy dog.", "Don't you'll we're I'VE it'S they'D he'Ll o'clock 'tis",
        "naïve café façade Ångström",
        "Übergrößenträger fließen schön", "Le cœur déçu mais l'âme plutôt naïve",
        "El pingüino Wenceslao hizo kilómetros", "Zażółć gęślą jaźń",
        "Příliš žluťoučký kůň", "Съешь же ещё этих мягких французских булок", "Θέλει αρετή και τόλμη η ελευθερία",
        "שלום עולם, מה שלומך היום?",
        "السلام عليكم ورحمة الله وبركاته", "नमस्ते दुनिया, आप कैसे हैं?", "வணக்கம் உலகம்", "สวัสดีชาวโลก ภาษาไทย",
        "안녕하세요 세계, 한국어 문장입니다",
        "こんにちは世界。カタカナとひらがな", "你好，世界！这是一个测试。", "𠀀𠀁𠮷野家で𩸽を食べる", "İstanbul'da ışık ve IŞIK",
        "Tiếng Việt có nhiều dấu thanh", "ქართული ენა", "Հայերեն լեզու",
        "አማርኛ ቋንቋ", "🙂👍🏽👩‍👩‍👧‍👦🏳️‍🌈🇩🇪🇯🇵❤️‍🔥", "𝒜𝓁𝓅𝒽𝒶 𝟘𝟙𝟚 𝔊𝔬𝔱𝔥", "𐐔𐐯𐑅𐐨𐑉𐐯𐐻 𐌰𐌱𐌲",
        "e\u0301 A\u030A o\u0302\u0323 \u1100\u1161\u11A8 \u212B \u2126 q\u0307\u0323",
        "\u0915\u093C \u0958 \u09C7\u09BE \u0B47\u0B3E", "Z̷͍̈ä̷́l̸͝ǵ̶o̷͐",
        "def f(x):\n    return {\"a\": [1, 2.5e-3], 'b': None}\n",
        "for (int i = 0; i < n; ++i) { sum += a[i] * b[i]; }",
        "SELECT * FROM t WHERE x >= 10 AND y <> 'z';", "<div class=\"x\">\n\t<p>Hello &amp; bye</p>\n</div>",
        "{\"name\":\"get_weather\",\"arguments\":{\"city\":\"Zürich\",\"n\":-12.50}}",
        "https://example.com/a/b?c=d&e=%20f#g", "C:\\temp\\new\\file.txt", "#!/bin/sh\nset -eu\n\techo \"$HOME\"\n",
        "| a | b |\n|---|---|\n| 1 | 2 |", "$$\\int_0^\\infty e^{-x^2}\\,dx$$",
        "1", "12", "1234567890", "3.14159265358979", "1,000,000", "99999999999999999999999999999999999", "٠١٢٣٤٥٦٧٨٩",
        "½ ² ⅷ ⑨ 〇", "0x1F", " ", "  ", "   ", "\t", "\n", "\n\n", "\n\n\n",
        "\r\n", "\r\n\r\n", " \n ", "\n  ", "  \n\n\t ", "\u00A0", "\u2003\u2003", "\u3000", "\u200B", "\u2028",
        "\u0085", "\u1680", "\0", "\u0001\u0002", "\u001b[31m", "\u007f", "\uFEFF", "\uFFFD", "\uE000", "\U000F0000",
        "\uFFFF",
        "!!!", "...", "---", "'", "''", "'s", "'S", "'\u017F", "'\u017Fa", "'re", "'RE", "'lL", "\"'ve'\"", "_",
        "__init__", "snake_case_name", "camelCaseName", "ALLCAPS", "e.g., i.e.", "(a+b)*c", "¿Qué? ¡Sí!",
        "“quoted” ‘single’", "—–-",
        "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|begin_of_text|>",
        "<|start_header_id|>user<|end_header_id|>", "<start_of_turn>", "<end_of_turn>", "<bos>", "<eos>", "<s>",
        "</s>", "<unk>", "<pad>", "<think>", "</think>",
        "<tool_call>", "</tool_call>", "<tool_response>", "<|im_end", "|>", "<|", "<start_of_turn", "<0x41>", "<0x0A>",
        "<unused7>", "<table>", "</td>", "[multimodal]", "<mask>", "▁", "▁▁", "▁▁▁a", "a▁b", "Ġ", "Ċ", "ĠĠ",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "ababababababababababababababababababababababababababababababababab",
        "================================================================", "hahahahahaha", "ﬁ ﬆ ẞ ǅ", "ſtreet", "™®©",
    ];

    // Blocks that have not grown since Unicode 8, so that everyone's tables agree on what is a letter.
    private static readonly (int First, int Last)[] _blocks =
    [
        (0x20, 0x7E), (0xA0, 0x17F), (0x300, 0x36F), (0x391, 0x3A1), (0x410, 0x44F), (0x5D0, 0x5EA), (0x905, 0x939), (0xE01, 0xE30), (0x1100, 0x11FF),
        (0x1E00, 0x1EFF), (0x2000, 0x2064), (0x2150, 0x2188), (0x2190, 0x21FF),
        (0x3041, 0x3096), (0x4E00, 0x4FFF), (0xAC00, 0xACFF), (0xFB50, 0xFBB1), (0x10330, 0x1034A), (0x10400, 0x1044F), (0x1D400, 0x1D454), (0x1F300, 0x1F5FF), (0x20000, 0x200FF), (0x2F800, 0x2F8FF),
    ];

    public static List<string> Make(int count, int seed)
    {
        var random = new Random(seed);
        var texts = new List<string>(_pieces) { "", string.Concat(_pieces), string.Join(' ', _pieces), string.Join('\n', _pieces) };
        while (texts.Count < count) texts.Add(random.Next(10) switch
        {
            < 6 => Joined(random),
            < 8 => Spliced(random),
            _ => Characters(random),
        });
        return texts;
    }

    private static string Joined(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 9); i > 0; i--) text.Append(Piece(random)).Append(random.Next(3) == 0 ? " " : "");
        return text.ToString();
    }

    private static string Spliced(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(2, 12); i > 0; i--)
        {
            var runes = Piece(random).EnumerateRunes().ToList();
            foreach (var rune in runes.Skip(random.Next(runes.Count)).Take(random.Next(1, 12))) text.Append(rune);
        }
        return text.ToString();
    }

    private static string Characters(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 60); i > 0; i--)
        {
            var (first, last) = _blocks[random.Next(_blocks.Length)];
            text.Append(new Rune(random.Next(first, last + 1)));
        }
        return text.ToString();
    }

    private static string Piece(Random random) => _pieces[random.Next(_pieces.Length)];
}
