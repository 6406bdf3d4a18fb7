using System.Globalization;

namespace Causeway.Load;

/// <summary>Options of the form `--name value`, `--name=value` or `--flag`. What nobody asked for is refused, so typing errors show.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, List<string>> _values = [];
    private readonly HashSet<string> _asked = [];

    public static Arguments Parse(ReadOnlySpan<string> words)
    {
        var arguments = new Arguments();
        for (var i = 0; i < words.Length; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal))
                throw new UsageException($"unexpected argument '{words[i]}'; see --help");
            var option = words[i][2..];
            var equals = option.IndexOf('=');
            if (equals >= 0)
                arguments.Add(option[..equals], option[(equals + 1)..]);
            else if (i + 1 < words.Length && !words[i + 1].StartsWith("--", StringComparison.Ordinal))
                arguments.Add(option, words[++i]);
            else
                arguments.Add(option, "");
        }
        return arguments;
    }

    public bool Flag(string name) => Last(name) switch
    {
        null => false,
        "" or "true" => true,
        "false" => false,
        var other => throw new UsageException($"--{name} takes no value, not '{other}'"),
    };

    public string? Text(string name)
    {
        var value = Last(name);
        return value is not "" ? value : throw new UsageException($"--{name} needs a value");
    }

    public string Required(string name) => Text(name) ?? throw new UsageException($"--{name} is required; see --help");

    public IReadOnlyList<string> All(string name)
    {
        _asked.Add(name);
        return _values.TryGetValue(name, out var values) ? values : [];
    }

    public int Integer(string name, int fallback) => (int)Number(name, fallback);

    public double Number(string name, double fallback)
    {
        var text = Text(name);
        if (text is null)
            return fallback;
        return TryNumber(text, out var number) ? number : throw new UsageException($"--{name} needs a number, not '{text}'");
    }

    /// <summary>`20ms`, `5s`, `2m`; a bare number is seconds.</summary>
    public TimeSpan Duration(string name, TimeSpan fallback)
    {
        var text = Text(name);
        if (text is null)
            return fallback;
        return Scaled(text, [("ms", 0.001), ("s", 1), ("m", 60)]) is { } seconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new UsageException($"--{name} needs a duration such as 20ms or 5s, not '{text}'");
    }

    /// <summary>`1KB`, `4MB`; a bare number is bytes.</summary>
    public int Size(string name, int fallback)
    {
        var text = Text(name);
        if (text is null)
            return fallback;
        return Scaled(text, [("KB", 1024), ("MB", 1024 * 1024), ("B", 1)]) is { } bytes and < int.MaxValue
            ? (int)bytes
            : throw new UsageException($"--{name} needs a size such as 1KB, not '{text}'");
    }

    public void RejectUnknown()
    {
        foreach (var name in _values.Keys)
        {
            if (!_asked.Contains(name))
                throw new UsageException($"unknown option --{name}; see --help");
        }
    }

    private static double? Scaled(string text, ReadOnlySpan<(string Suffix, double Factor)> units)
    {
        foreach (var (suffix, factor) in units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && TryNumber(text[..^suffix.Length], out var number))
                return number * factor;
        }
        return TryNumber(text, out var bare) ? bare : null;
    }

    private static bool TryNumber(string text, out double number)
        => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    private string? Last(string name) => All(name) is { Count: > 0 } values ? values[^1] : null;

    private void Add(string name, string value)
    {
        if (!_values.TryGetValue(name, out var values))
            _values[name] = values = [];
        values.Add(value);
    }
}
