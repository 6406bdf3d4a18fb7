using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Causeway.Engine.Formats;

/// <summary>Which modules an adapter's configuration means, and with which rank and scale. Patterns are a stranger's: they run without backtracking.</summary>
internal sealed class LoraRules
{
    private const int PatternLimit = 8192;
    private const int PatternCount = 4096;

    private readonly ConfigJson _config;
    private readonly int _rank;
    private readonly double _alpha;
    private readonly bool _rootScale;
    private readonly List<(Regex Pattern, int Rank)> _ranks = [];
    private readonly List<(Regex Pattern, double Alpha)> _alphas = [];
    private readonly ImmutableArray<string> _suffixes = [];
    private readonly Regex? _target;
    private readonly bool _all;
    private readonly ImmutableArray<int> _layers;

    public LoraRules(ConfigJson config, int rankLimit)
    {
        _config = config;
        _rank = config.Count("r", rankLimit);
        _alpha = config.Positive("lora_alpha");
        _rootScale = config.Flag("use_rslora", false);
        _layers = config.Numbers("layers_to_transform");
        if (config.Object("rank_pattern") is { } ranks)
            foreach (var key in Bounded("rank_pattern", ranks.Keys)) _ranks.Add((Module("rank_pattern", key), ranks.Count(key, rankLimit)));
        if (config.Object("alpha_pattern") is { } alphas)
            foreach (var key in Bounded("alpha_pattern", alphas.Keys)) _alphas.Add((Module("alpha_pattern", key), alphas.Positive(key)));
        if (!config.Is("target_modules", JsonValueKind.String))
        {
            _suffixes = config.Texts("target_modules");
            if (_suffixes.IsEmpty) throw config.Bad("target_modules", "is missing");
            return;
        }
        _all = config.Text("target_modules") == "all-linear";
        if (!_all) _target = Compile("target_modules", $@"\A(?:{config.Text("target_modules")})\z");
    }

    public int RankOf(string module) => _ranks.FirstOrDefault(rule => rule.Pattern.IsMatch(module)) is (not null, var rank) ? rank : _rank;

    public float ScaleOf(string module, int rank)
    {
        var alpha = _alphas.FirstOrDefault(rule => rule.Pattern.IsMatch(module)) is (not null, var own) ? own : _alpha;
        return (float)(alpha / (_rootScale ? Math.Sqrt(rank) : rank));
    }

    /// <exception cref="ModelFormatException">PEFT would not have put the matrices to use: the configuration does not mean this module.</exception>
    public void CheckTarget(string module, int layer)
    {
        var meant = _all || (_target?.IsMatch(module) ?? _suffixes.Any(suffix => module == suffix || module.EndsWith("." + suffix, StringComparison.Ordinal)));
        if (!meant) throw _config.Bad("target_modules", $"does not name {module}, for which there are matrices");
        if (!_layers.IsEmpty && !_layers.Contains(layer)) throw _config.Bad("layers_to_transform", $"does not name layer {layer}, for which there are matrices");
    }

    // PEFT takes a key that begins with ^ as it is, and any other as the end of the module's path.
    private Regex Module(string key, string pattern) => Compile(key, pattern.StartsWith('^') ? pattern : $@"\A(?:.*\.)?(?:{pattern})\z");

    private Regex Compile(string key, string pattern)
    {
        if (pattern.Length > PatternLimit) throw _config.Bad(key, "is longer than a pattern of modules can be");
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new ModelFormatException($"adapter_config.json: {key} is not a pattern that can be used: {error.Message}", error);
        }
    }

    private IEnumerable<string> Bounded(string key, IEnumerable<string> patterns) =>
        patterns.Count() <= PatternCount ? patterns : throw _config.Bad(key, $"has more than {PatternCount} entries");
}
