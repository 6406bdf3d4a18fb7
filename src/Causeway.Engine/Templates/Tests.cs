using System.Numerics;

namespace Causeway.Engine.Templates;

/// <summary><c>value is name(arguments)</c>.</summary>
internal delegate bool Test(object? value, CallArguments arguments);

/// <summary>Jinja's tests.</summary>
internal static class Tests
{
    private static readonly Dictionary<string, Test> _all = new(StringComparer.Ordinal)
    {
        ["defined"] = (value, _) => value is not Undefined,
        ["undefined"] = (value, _) => value is Undefined,
        ["none"] = (value, _) => value is null,
        ["boolean"] = (value, _) => value is bool,
        ["true"] = (value, _) => value is true,
        ["false"] = (value, _) => value is false,
        ["string"] = (value, _) => value is TemplateText,
        ["mapping"] = (value, _) => value is TemplateMap,
        ["sequence"] = (value, _) => value is TemplateText or TemplateList or TemplateMap or Undefined,
        ["iterable"] = (value, _) => value is TemplateText or TemplateList or TemplateMap or Undefined,
        ["number"] = (value, _) => Values.AsNumber(value) is not null,
        ["integer"] = (value, _) => value is long or BigInteger,
        ["float"] = (value, _) => value is double,
        ["callable"] = (value, _) => value is TemplateFunction,
        ["odd"] = (value, call) => Remainder(value, 2, call) == 1,
        ["even"] = (value, call) => Remainder(value, 2, call) == 0,
        ["divisibleby"] = (value, call) => Remainder(value, call.AtMost("num").Integer(0, "num", 0), call) == 0,
        ["upper"] = (value, _) => Values.Text(value).Value is var text && text.Any(char.IsUpper) && !text.Any(char.IsLower),
        ["lower"] = (value, _) => Values.Text(value).Value is var text && text.Any(char.IsLower) && !text.Any(char.IsUpper),
        ["in"] = (value, call) => Operators.Contains(call.AtMost("seq").Get(0, "seq"), value, call.Rendering, call.Place),
        ["sameas"] = (value, call) => call.AtMost("other").Get(0, "other") is var other && value?.GetType() == other?.GetType() && Values.AreEqual(value, other),
        ["eq"] = Comparing("=="),
        ["equalto"] = Comparing("=="),
        ["=="] = Comparing("=="),
        ["ne"] = Comparing("!="),
        ["!="] = Comparing("!="),
        ["lt"] = Comparing("<"),
        ["lessthan"] = Comparing("<"),
        ["le"] = Comparing("<="),
        ["gt"] = Comparing(">"),
        ["greaterthan"] = Comparing(">"),
        ["ge"] = Comparing(">="),
    };

    /// <summary>Null when there is none of the name.</summary>
    public static Test? Find(string name) => _all.GetValueOrDefault(name);

    private static Test Comparing(string sign) => (value, call) => Operators.Compare(sign, value, call.AtMost("other").Get(0, "other"), call.Rendering, call.Place);

    private static long Remainder(object? value, long divisor, CallArguments call) => Values.AsInteger(value) is { } number && divisor is not (0 or -1)
        ? ((number % divisor) + divisor) % divisor
        : throw call.Place.Failure($"{call.Name} needs whole numbers.");
}
