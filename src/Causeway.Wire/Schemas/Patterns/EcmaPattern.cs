using System.Globalization;
using System.Text;

namespace Causeway.Wire.Schemas.Patterns;

/// <summary>
/// Translates a pattern of ECMA-262 (with the <c>u</c> flag, lenient about needless escapes of punctuation) for .NET. Everything that
/// means something else there is spelled out: classes as code points, <c>^ $ . \d \w \s \b</c>, groups without names. One difference
/// stays: a back reference to a group that took no part matches nothing here and the empty text there.
/// </summary>
internal sealed class EcmaPattern
{
    private const int MaxLength = 4096;

    // A class of letters alone is some thousands of characters.
    private const int MaxOutput = 128 * 1024;

    // Counted repetitions multiply when they nest; this many copies of an atom are enough for {1,4096} and too few to exhaust memory.
    private const long MaxCopies = 20_000;

    // An automaton has states for every copy of an atom and for every alternative that a class beyond U+FFFF is spelled out in. One class of all
    // letters cost 139 MB and a second to build.
    private const long MaxAutomatonCopies = 500;
    private const int MaxAutomatonAtom = 1_000;

    private const string WordEdge = "(?:(?<=[A-Za-z0-9_])(?![A-Za-z0-9_])|(?<![A-Za-z0-9_])(?=[A-Za-z0-9_]))";
    private const string NoWordEdge = "(?:(?<=[A-Za-z0-9_])(?=[A-Za-z0-9_])|(?<![A-Za-z0-9_])(?![A-Za-z0-9_]))";

    private readonly EcmaCursor _cursor;
    private readonly StringBuilder _output = new();
    private readonly Stack<(long Copies, bool IsLookaround)> _open = [];
    private readonly List<string> _groupNames;
    private long _copies;
    private long _lastCopies;
    private int _largestAtom;
    private bool _canRepeat;

    private EcmaPattern(string source)
    {
        _cursor = new EcmaCursor(source);
        _groupNames = EcmaCursor.GroupsIn(source);
    }

    /// <summary>The pattern for .NET.</summary>
    public string Text => _output.ToString();

    /// <summary>It looks around or back, which no engine does in linear time.</summary>
    public bool LooksAround { get; private set; }

    /// <summary>It would make an automaton of too many states.</summary>
    public bool IsLarge => _copies > MaxAutomatonCopies || _largestAtom > MaxAutomatonAtom;

    public static bool TryTranslate(string source, out EcmaPattern translated, out string problem)
    {
        translated = new EcmaPattern(source);
        if (source.Length > MaxLength) translated._cursor.Fail($"it has more than {MaxLength} characters");
        while (translated._cursor.HasMore) translated.Next();
        if (translated._open.Count > 0) translated._cursor.Fail("a group is not closed");
        if (translated._copies > MaxCopies) translated._cursor.Fail($"its repetitions multiply to more than {MaxCopies}");
        problem = translated._cursor.Problem ?? "";
        return problem.Length == 0;
    }

    private void Next()
    {
        if (_output.Length > MaxOutput) _cursor.Fail("its classes are too large when written out");
        var at = _cursor.Take();
        switch (at)
        {
            case '^': Assert(@"\A"); break;
            case '$': Assert(@"\z"); break;
            case '|':
                _output.Append('|');
                _canRepeat = false;
                break;
            case '.': Atom(CodePointSet.LineEnds.Complement().ToExpression()); break;
            case '[': Atom(EcmaClass.Read(_cursor).ToExpression()); break;
            case '(': OpenGroup(); break;
            case ')': CloseGroup(); break;
            case '*' or '+' or '?': Repeat(((char)at).ToString(), 1); break;
            case '{' when _cursor.TryTakeCounts(out var counts, out var most): Repeat(counts, most); break;
            case '\\': Escape(); break;
            default: Atom(CodePointSet.Of((at, at)).ToExpression()); break;
        }
    }

    private void Atom(string expression)
    {
        _output.Append(expression);
        _largestAtom = Math.Max(_largestAtom, expression.Length);
        _lastCopies = 1;
        _copies++;
        _canRepeat = true;
    }

    private void Assert(string expression)
    {
        _output.Append(expression);
        _canRepeat = false;
    }

    private void Repeat(string counts, long most)
    {
        if (!_canRepeat) _cursor.Fail("a repetition has nothing to repeat");
        _output.Append(counts);
        if (_cursor.TryTake('?')) _output.Append('?');
        _copies = Math.Min(long.MaxValue / 64, _copies + _lastCopies * (Math.Max(most, 1) - 1));
        if (_copies > MaxCopies) _cursor.Fail($"its repetitions multiply to more than {MaxCopies}");
        _canRepeat = false;
    }

    private void OpenGroup()
    {
        var lookaround = _cursor.TakeGroupStart(out var start);
        LooksAround |= lookaround;
        _output.Append(start);
        _open.Push((_copies, lookaround));
        _copies = 0;
        _canRepeat = false;
    }

    private void CloseGroup()
    {
        if (!_open.TryPop(out var outer))
        {
            _cursor.Fail("a group is closed that was not opened");
            return;
        }
        _output.Append(')');
        _lastCopies = _copies + 1;
        _copies = outer.Copies + _lastCopies;
        _canRepeat = !outer.IsLookaround;
    }

    private void Escape()
    {
        var next = _cursor.Peek;
        if (next is 'b' or 'B')
        {
            _cursor.Take();
            LooksAround = true;
            Assert(next == 'b' ? WordEdge : NoWordEdge);
        }
        else if (next is >= '1' and <= '9') BackReference(_cursor.TakeNumber());
        else if (next == 'k') NamedBackReference();
        else Atom(EcmaClass.ReadEscape(_cursor).ToExpression());
    }

    private void NamedBackReference()
    {
        _cursor.Take();
        var name = _cursor.TakeBetween('<', '>');
        BackReference(name.Length == 0 ? 0 : _groupNames.IndexOf(name) + 1);
    }

    private void BackReference(int group)
    {
        if (group < 1 || group > _groupNames.Count) _cursor.Fail("it refers back to a group that is not there");
        LooksAround = true;
        Atom(string.Create(CultureInfo.InvariantCulture, $@"(?:\{group})"));
    }
}
