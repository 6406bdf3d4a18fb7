namespace Causeway.TinyModels;

/// <summary>Learns merges the way Sennrich et al. 2016 (arXiv:1508.07909) do: again and again the most frequent pair of neighbours.</summary>
internal static class BytePairs
{
    /// <summary>A little of everything that tests say, so that some of it is more than one byte a token.</summary>
    public const string Corpus = """
        The weather in Paris is sunny today. What is the weather in London? Call the function get_weather with the city and the unit.
        {"name": "get_weather", "arguments": {"city": "Paris", "unit": "celsius"}} {"type": "object", "properties": {"city": {"type": "string"}}}
        The user asks and the assistant answers; the assistant thinks before it answers. Hello, world! You are a helpful assistant.
        one two three four five six seven eight nine ten 0 1 2 3 4 5 6 7 8 9 10 100 true false null
        """;

    /// <param name="words">Each a list of symbols; changed.</param>
    /// <returns>Pairs, the most frequent first; among equals the first by ordinal order.</returns>
    public static List<(string Left, string Right)> Learn(List<List<string>> words, int count)
    {
        var merges = new List<(string, string)>();
        while (merges.Count < count)
        {
            var pairs = new Dictionary<(string Left, string Right), int>();
            foreach (var word in words)
                for (var i = 1; i < word.Count; i++) pairs[(word[i - 1], word[i])] = pairs.GetValueOrDefault((word[i - 1], word[i])) + 1;
            if (pairs.Count == 0) break;
            var best = pairs.OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Key.Left, StringComparer.Ordinal).ThenBy(pair => pair.Key.Right, StringComparer.Ordinal).First().Key;
            merges.Add(best);
            foreach (var word in words) Merge(word, best);
        }
        return merges;
    }

    /// <summary>Words with the space before them, as byte-level BPE and SentencePiece both see them.</summary>
    public static IEnumerable<string> Words(char space) =>
        Corpus.Split('\n').SelectMany(line => line.Split(' ').Select((word, i) => i == 0 ? word : space + word)).Where(word => word.Length > 0);

    private static void Merge(List<string> word, (string Left, string Right) pair)
    {
        for (var i = word.Count - 1; i > 0; i--)
        {
            if (i >= word.Count || word[i - 1] != pair.Left || word[i] != pair.Right) continue;
            word[i - 1] += word[i];
            word.RemoveAt(i);
        }
    }
}
