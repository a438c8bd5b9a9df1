//! The words that texts are made of.

use super::chance::Chance;

/// The most frequent words, in order; the others are made of syllables.
const WORDS: &str = "\
    the of and in to a for on with by from after during government city people protest election court \
    law war treaty earthquake flood union party minister president company police army village province \
    district report source official statement announced signed opened closed attack meeting conference \
    strike march workers students residents damage injured killed trial arrest reform agreement border \
    railway bridge hospital school museum archive newspaper";

const SYLLABLES: &str = "\
    ra ti on ker mo sel an dor vi ta lin es per con dra mu gen ol ir bas fen lu sta pre qui nor tel hav \
    ost ium";

const HAN: &str = "\
    的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说\
    产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使\
    点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明\
    看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料\
    象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指\
    几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶\
    油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议\
    声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影\
    算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何\
    除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属\
    圆包火住调满县局照参红细引听该铁价严";

const CYRILLIC: &str = "абвгдежзиклмнопрстуфхцчшыэюя";

/// Number of words in all.
const VOCABULARY_SIZE: usize = 4000;

/// Number of different tags.
const TAGS: usize = 60;

/// Words, characters and tags to choose from.
pub(super) struct Vocabulary {
    words: Vec<String>,
    han: Vec<char>,
    cyrillic: Vec<char>,
    tags: Vec<String>,
}

impl Vocabulary {
    pub(super) fn new() -> Vocabulary {
        let frequent: Vec<&str> = WORDS.split_whitespace().collect();
        let syllables: Vec<&str> = SYLLABLES.split_whitespace().collect();
        let mut words: Vec<String> = frequent.iter().map(|&word| word.to_owned()).collect();
        let mut chance = Chance::new(99, 1, 1);
        while words.len() < VOCABULARY_SIZE {
            let length = 2 + chance.below(3);
            let syllable = |_| syllables[chance.below(syllables.len() as u64) as usize];
            words.push((0..length).map(syllable).collect());
        }
        let tag = |i: usize| format!("{}-{}", frequent[13 + i % 48], syllables[i % syllables.len()]);
        let tags = (0..TAGS).map(tag).collect();
        Vocabulary { words, han: HAN.chars().collect(), cyrillic: CYRILLIC.chars().collect(), tags }
    }

    /// A word, frequent ones more often.
    pub(super) fn word(&self, chance: &mut Chance) -> &str {
        &self.words[chance.skewed_below(self.words.len() as u64) as usize]
    }

    /// A word, each as likely as the others.
    pub(super) fn any_word(&self, chance: &mut Chance) -> &str {
        &self.words[chance.below(self.words.len() as u64) as usize]
    }

    /// A tag, the first ones more often.
    pub(super) fn tag(&self, chance: &mut Chance) -> &str {
        &self.tags[chance.skewed_below(self.tags.len() as u64) as usize]
    }

    /// So many words, with a comma now and then.
    pub(super) fn text(&self, chance: &mut Chance, length: u64) -> String {
        let mut text = String::new();
        for number in 1..=length {
            if number > 1 {
                text.push(' ');
            }
            text.push_str(self.word(chance));
            if number < length && chance.percent(6) {
                text.push(',');
            }
        }
        text
    }

    /// So many Chinese characters.
    pub(super) fn han(&self, chance: &mut Chance, length: u64) -> String {
        (0..length).map(|_| chance.pick(&self.han)).collect()
    }

    /// So many words of Cyrillic letters.
    pub(super) fn cyrillic(&self, chance: &mut Chance, length: u64) -> String {
        let mut text = String::new();
        for number in 0..length {
            if number > 0 {
                text.push(' ');
            }
            let letters = 3 + chance.below(6);
            text.extend((0..letters).map(|_| chance.pick(&self.cyrillic)));
        }
        text
    }
}
