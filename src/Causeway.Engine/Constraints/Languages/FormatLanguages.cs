namespace Causeway.Engine.Constraints.Languages;

/// <summary>
/// The formats of draft 2020-12 as languages. Where a format is no regular language, or a wide one, its plain part: everything that belongs
/// to the language has the format, not the other way round.
/// </summary>
internal static class FormatLanguages
{
    private const string Date =
        "([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|" +
        "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)";

    // A leap second only where the offset is none: elsewhere the last second of the day in UTC would have to be reckoned.
    private const string Time =
        "(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])|23:59:60(\\.[0-9]{1,9})?([Zz]|[+-]00:00))";

    private const string Duration =
        "P(([0-9]{1,9}D|[0-9]{1,9}M([0-9]{1,9}D)?|[0-9]{1,9}Y([0-9]{1,9}M([0-9]{1,9}D)?)?)(T(TIME))?|T(TIME)|[0-9]{1,9}W)";

    private const string DurationTime = "[0-9]{1,9}S|[0-9]{1,9}M([0-9]{1,9}S)?|[0-9]{1,9}H([0-9]{1,9}M([0-9]{1,9}S)?)?";

    // Without two hyphens in the third and fourth place, which only names that are Punycode may have.
    private const string Label =
        "[A-Za-z0-9]([A-Za-z0-9]|[A-Za-z0-9-]([A-Za-z0-9]([A-Za-z0-9-]{0,59}[A-Za-z0-9])?|-[A-Za-z0-9]([A-Za-z0-9-]{0,58}[A-Za-z0-9])?))?";

    private const string Octet = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    private const string IPv4 = $"({Octet}\\.){{3}}{Octet}";

    private const string Hex = "[0-9A-Fa-f]{1,4}";

    private const string IPv6 =
        $"(({Hex}:){{7}}{Hex}|({Hex}:){{6}}{IPv4}|({Hex}:){{1,7}}:|({Hex}:){{1,6}}:{Hex}|({Hex}:){{1,5}}(:{Hex}){{1,2}}|({Hex}:){{1,4}}(:{Hex}){{1,3}}|" +
        $"({Hex}:){{1,3}}(:{Hex}){{1,4}}|({Hex}:){{1,2}}(:{Hex}){{1,5}}|{Hex}:(:{Hex}){{1,6}}|:((:{Hex}){{1,7}}|:)|" +
        $"::({Hex}:){{0,5}}{IPv4}|({Hex}:){{1,5}}:{IPv4}|({Hex}:){{1,4}}:{Hex}:{IPv4})";

    private const string Unreserved = "A-Za-z0-9._~!$&'()*+,;=\\-";

    private const string Character = $"([{Unreserved}:@]|%[0-9A-Fa-f]{{2}})";

    private const string HostCharacter = $"([{Unreserved}]|%[0-9A-Fa-f]{{2}})";

    private const string Authority = $"(({HostCharacter}|:)*@)?({HostCharacter}*|\\[{IPv6}\\])(:[0-9]*)?";

    private const string Tail = $"(\\?({Character}|[/?])*)?(#({Character}|[/?])*)?";

    private const string Uri = $"[A-Za-z][A-Za-z0-9+.\\-]*:(//{Authority}(/{Character}*)*|/({Character}+(/{Character}*)*)?|({Character}+(/{Character}*)*)?){Tail}";

    private const string Relative =
        $"(//{Authority}(/{Character}*)*|/({Character}+(/{Character}*)*)?|(([{Unreserved}@]|%[0-9A-Fa-f]{{2}})+(/{Character}*)*)?){Tail}";

    private const string AtomCharacters = "A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-";

    // Hosts of at most 253 characters.
    private const string Email = $"[{AtomCharacters}]+(\\.[{AtomCharacters}]+)*@LABEL(\\.LABEL){{0,2}}(\\.[A-Za-z0-9]{{1,60}})?";

    // What IRIs may have beyond ASCII (RFC 3987, ucschar), near enough.
    private const string Beyond = "\\u00A0-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFEF\\u{10000}-\\u{1FFFD}";

    private const string Variable = "([A-Za-z0-9_]|%[0-9A-Fa-f]{2})+(\\.([A-Za-z0-9_]|%[0-9A-Fa-f]{2})+)*(\\*|:[1-9][0-9]{0,3})?";

    private const string Template = $"([{Unreserved}:@/?#{Beyond}]|%[0-9A-Fa-f]{{2}}|\\{{[+#./;?&]?{Variable}(,{Variable})*\\}})*";

    // Names of at most 253 characters: the length is an intersection.
    private static readonly Language s_shortName = Language.Repeat(Language.Of(CodePointSet.All), 1, 253);

    /// <summary>Null for a format that is not known, which then says nothing.</summary>
    public static Language? Find(string format) => format switch
    {
        "date" => Read(Date),
        "time" => Read(Time),
        "date-time" => Read($"{Date}[Tt]{Time}"),
        "duration" => Read(Duration.Replace("TIME", DurationTime, StringComparison.Ordinal)),
        "email" => Read(Email.Replace("LABEL", Label, StringComparison.Ordinal)),
        "idn-email" => Read(Email.Replace(AtomCharacters, AtomCharacters + Beyond, StringComparison.Ordinal).Replace("LABEL", Label, StringComparison.Ordinal)),
        "hostname" or "idn-hostname" => Language.Both(Read($"{Label}(\\.{Label})*"), s_shortName),
        "ipv4" => Read(IPv4),
        "ipv6" => Read(IPv6),
        "uri" => Read(Uri),
        "iri" => Read(International(Uri)),
        "uri-reference" => Read($"({Uri}|{Relative})"),
        "iri-reference" => Read(International($"({Uri}|{Relative})")),
        "uri-template" => Read(Template),
        "uuid" => Read("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
        "json-pointer" => Read("(/([^~/]|~[01])*)*"),
        "relative-json-pointer" => Read("(0|[1-9][0-9]*)(#|(/([^~/]|~[01])*)*)"),
        "regex" => Read(Pattern(3)),
        _ => null,
    };

    private static string International(string uri) => uri.Replace(Unreserved, Unreserved + Beyond, StringComparison.Ordinal);

    // Groups nest so deep, ranges are the common ones, and counts do not run backwards.
    private static string Pattern(int depth)
    {
        const string escape = "\\\\[dDwWsStnrfv^$\\\\.*+?()\\[\\]{}|/]";
        const string set = $"\\[\\^?([A-Za-z0-9 _.,:;@#%&=!~+*?()/$'\"<>]|a-z|A-Z|0-9|a-f|A-F|{escape})+-?\\]";
        const string count = "(([*+?]|\\{[0-9]{1,3},?\\}|\\{[01],[1-9][0-9]{0,2}\\})\\??)?";
        const string term = $"([A-Za-z0-9 _,:;@#%&=!~'\"<>/.\\-]|{escape}|{set}){count}|[\\^$|]|\\\\b";
        return depth == 0 ? $"({term})*" : $"({term}|\\((\\?:)?{Pattern(depth - 1)}\\){count})*";
    }

    private static Language Read(string pattern) => PatternReader.Read($"^({pattern})$");
}
