package notes

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// generated are the fixtures that hold binary data: written with -update,
// recorded like all others.
func generated() map[string]string {
	entry := func(n int, subject, items string) string {
		return fmt.Sprintf("<note class='document'>\n<noteinfo noteid='%x' unid='C1257A3B00412345C1257A4C%08X' sequence='2'>\n<created><datetime>20050302T140000,00+01</datetime></created>\n<revised><datetime>20120615T081500,00+02</datetime></revised></noteinfo>\n"+
			"<item name='Form'><text>Anleitung</text></item>\n<item name='Subject'><text>%s</text></item>\n%s\n</note>\n", 0x900+n, n, subject, items)
	}
	file := func(entries ...string) string {
		return "<?xml version='1.0' encoding='utf-8'?>\n<database replicaid='C1257A3B00412345' title='Binärdaten'>\n" + strings.ReplaceAll(strings.Join(entries, ""), "</item><", "</item>\n<") + "</database>\n"
	}
	links := linksItem(noteLinkBytes("C1257A3B00412345", nobody, known), noteLinkBytes("C1257A3B00412345", "D4D0C0DEAFFE00010002000300040005", nobody))
	text := new(cd).define(1, 1440, 0, 0).define(2, 1800, pabNumbered, 0).define(3, 2160, pabBullet, 0).define(4, 1440, pabHideIf, 0).define(5, 1440, 0, 0).style(5, "Überschrift 1").
		use(1).sized(14, "Baumprüfung").paragraph().
		text(0, "Jeder Straßenbaum wird ").text(1, "jährlich").text(0, " geprüft; siehe ").record(cdLink, append(le16(0), "Baumsatzung\x00Server\x00"...), true).text(0, " und ").
		hotspot(spotLink, spotAddress, []byte("https://example.org/baum")).text(0, "Gesetz").endHotspot().text(0, ".").paragraph().
		use(2).text(0, "Kataster öffnen").paragraph().use(3).text(0, "Nummer suchen").paragraph().use(2).text(0, "Ergebnis eintragen").paragraph().
		use(4).text(0, "Interne Notiz").paragraph().
		use(1).table().cell(0, 0, 0, 1, 1).text(1, "Zustand").cell(0, 1, 0, 1, 1).text(1, "Frist").cell(1, 0, 0, 1, 1).text(0, "gut").cell(1, 1, 0, 1, 1).text(0, "12 Monate").endTable().
		hotspot(spotSection, 0, nil).bar("Ausnahmen").text(0, "Jungbäume: alle drei Jahre.").paragraph().endHotspot().
		use(5).text(0, "Anlagen").paragraph().use(1).
		hotspot(spotFile, 0, append(append([]byte("ATT1.txt\x00"), cp850("Prüfliste.txt")...), 0)).record(cdGraphic, make([]byte, 22), true).endHotspot().paragraph().
		record(cdRule, make([]byte, 12), true).
		hotspot(spotButton, 0, []byte("@Formel")).record(cdButton, append(make([]byte, 12), "Speichern"...), true).endHotspot().
		text(0, " ").hotspot(spotPopup, 0, cp850("Verkehrssicherungspflicht")).text(0, "VSP").endHotspot().paragraph().
		record(cdHTMLBegin, make([]byte, 4), true).text(0, "<i>durchgereicht</i>").record(cdHTMLEnd, make([]byte, 4), true)
	scripts := new(cd).record(cdText, append([]byte{1, 0, 0, 10}, "\x02\xa4\x02\xd7 \x05\xcf\x05\xf0 \x06\xa0 \x08\xfe \x0b\xa1 \x10\x82\xa0 \x11\xb0\xa1 \x12\xa4\xa4 \x13\xc4\xe3 \x14\x20\xac \x14\xf6\x01 \x84\x94\x81\xe1"...), true)
	part := func(flags byte, content string) string {
		raw := make([]byte, 20)
		raw[0], raw[2], raw[8], raw[9] = 2, flags, byte(len(content)), byte(len(content)>>8)
		return "<item name='Body'><rawitemdata type='19'>" + b64(string(raw)+content) + "</rawitemdata></item>"
	}
	return map[string]string{
		"cd-datensaetze.dxl": file(
			entry(0x201, "Baumprüfung", links+text.item()+`<item name='$FILE'><object><file hosttype='msdos' compression='none' encoding='none' name='ATT1.txt' size='5'><filedata>`+b64("Liste")+`</filedata></file></object></item>`),
			entry(0x202, "Schriften", scripts.item()),
			entry(0x203, "Unbekannter Datensatz", new(cd).text(0, "sichtbar").record(0x8f, make([]byte, 10), true).item()),
			entry(0x204, "Abgeschnitten", (&cd{text.data[:400]}).item())),
		"mime-in-dateien.dxl": file(
			entry(0x211, "Große E-Mail", `<item name='$FILE'><object><file flags='mime' compression='none' encoding='none' name='ATT5.htm'><filedata>`+b64("<p>Text in einer Datei</p><img src='cid:b1' alt='Plan'>")+`</filedata></file></object></item>`+
				`<item name='$FILE'><object><file flags='mime' compression='none' encoding='base64' name='plan.gif'><filedata>`+b64(b64("GIF89a"))+`</filedata></file></object></item>`+
				part(0, "Content-Type: multipart/related; boundary=x\r\n\r\n")+
				part(4, "--x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nATT5.htm")+
				part(4, "\r\n--x\r\nContent-Type: image/gif; name=plan.gif\r\nContent-ID: <b1>\r\n\r\nplan.gif")+
				part(0, "\r\n--x--\r\n"))),
	}
}

func TestGeneratedFixturesAreUpToDate(t *testing.T) {
	for name, want := range generated() {
		if *update {
			if err := os.WriteFile("testdata/muster/"+name, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile("testdata/muster/" + name); err != nil || string(got) != want {
			t.Errorf("%s is not what the test generates (%v)", name, err)
		}
	}
}
